import numpy as np
import pytest

from fcflow.data.hypercube import all_corners, draw_matrix
from fcflow.errors import InputError
from fcflow.theory.compression_ratio import compression_ratio
from fcflow.theory.hypercube_attack import attack_hypercube


@pytest.mark.parametrize("column_scale", [1.0, 5.0])
@pytest.mark.parametrize("d", [1, 2, 6, 10])
def test_every_corner_is_flipped_by_twice_the_last_diagonal_entry(d, column_scale):
    A, z = draw_matrix(d, column_scale, seed=d), all_corners(d)
    attack = attack_hypercube(A, z)
    R = np.linalg.qr(A).R
    assert attack.boundary_norm == pytest.approx(abs(R[-1, -1]))
    np.testing.assert_allclose(np.linalg.norm(attack.e, axis=1), 2 * abs(R[-1, -1]))
    np.testing.assert_allclose(attack.outputs, -z[:, -1], rtol=1e-8)


def test_half_the_perturbation_reaches_the_boundary_of_the_assumed_network():
    A, z = draw_matrix(7, 1.0, seed=0), all_corners(7)
    attack = attack_hypercube(A, z)
    last = np.linalg.inv(A)[-1]
    np.testing.assert_allclose((z @ A.T) @ last, z[:, -1], rtol=1e-8)
    np.testing.assert_allclose((z @ A.T + attack.e / 2) @ last, 0.0, atol=1e-9)


def test_the_boundary_is_the_compression_ratio_away_in_units_of_the_feature():
    A = draw_matrix(9, 5.0, seed=1)
    attack = attack_hypercube(A, all_corners(9)[:1])
    assert attack.boundary_norm / np.linalg.norm(A[:, -1]) == pytest.approx(
        float(compression_ratio(A))
    )


def test_a_singular_matrix_and_shapes_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="singular"):
        attack_hypercube([[1.0, 0.0], [0.0, 0.0]], [[1, 1]])
    with pytest.raises(InputError, match=r"\[n, d\]"):
        attack_hypercube(np.eye(2), [[1, 1, 1]])
