import numpy as np
import pytest

from fcflow.data.hypercube import all_corners, draw_matrix, hypercube_points
from fcflow.errors import InputError


def test_enumeration_has_every_corner_once():
    corners = all_corners(6)
    assert len({tuple(corner) for corner in corners.tolist()}) == 64
    assert set(np.unique(corners)) == {-1, 1}


def test_points_are_the_mixed_corners_and_labels_their_last_entries():
    A = draw_matrix(5, 5.0, seed=1)
    points = hypercube_points(A, sample=None, seed=1)
    np.testing.assert_allclose(np.linalg.solve(A, points.x.T).T, points.z, atol=1e-9)
    np.testing.assert_array_equal(points.sign, points.z[:, -1])
    assert points.enumerated


def test_the_scale_reaches_every_column_but_the_last():
    plain, scaled = draw_matrix(6, 1.0, seed=2), draw_matrix(6, 5.0, seed=2)
    np.testing.assert_allclose(scaled[:, :-1], 5.0 * plain[:, :-1])
    np.testing.assert_array_equal(scaled[:, -1], plain[:, -1])


def test_entries_are_standard_gaussian():
    entries = draw_matrix(300, 1.0, seed=3).ravel()
    assert abs(entries.mean()) < 4 / 300
    assert entries.std() == pytest.approx(1.0, abs=0.01)


def test_a_sample_is_uniform_over_the_corners():
    points = hypercube_points(np.eye(40), sample=4000, seed=4)
    assert not points.enumerated
    assert points.z.shape == (4000, 40)
    assert np.abs(points.z.mean(axis=0)).max() < 0.08


def test_a_sample_depends_on_the_runs_seed_alone():
    first, second = (
        hypercube_points(draw_matrix(20, s, seed=5), sample=9, seed=5) for s in (1.0, 5.0)
    )
    np.testing.assert_array_equal(first.z, second.z)


@pytest.mark.parametrize("d", [0, 31])
def test_dimensions_that_cannot_be_enumerated_are_refused(d):
    with pytest.raises(InputError, match="1 ≤ d ≤ 30"):
        all_corners(d)


def test_bad_arguments_are_refused():
    with pytest.raises(InputError, match="≥ 1"):
        draw_matrix(0, 5.0, seed=0)
    with pytest.raises(InputError, match="square"):
        hypercube_points(np.ones((2, 3)), sample=None, seed=0)
    with pytest.raises(InputError, match="at least one point"):
        hypercube_points(np.eye(2), sample=0, seed=0)
