"""Coordinates of points: labels are ±1, and a run's points are its own."""

import numpy as np
import pytest

from fcflow.data.coordinates import (
    COORDINATES,
    coordinates_to_test,
    draw_coordinates,
    fresh_batches,
)
from fcflow.errors import InputError

VARIANCE = {"corners": 1.0, "mixture": 1.09, "uniform": 1.0, "gaussian": 1.0}


@pytest.mark.parametrize("kind", COORDINATES)
def test_the_last_coordinate_is_the_label_and_the_others_have_their_variance(kind):
    z = draw_coordinates(40_000, 3, kind, np.random.default_rng(0))
    assert set(np.unique(z[:, -1])) == {-1.0, 1.0}
    np.testing.assert_allclose(z[:, :-1].var(axis=0), VARIANCE[kind], rtol=0.02)
    np.testing.assert_allclose(np.corrcoef(z.T), np.eye(3), atol=0.02)


def test_accuracy_is_measured_on_all_corners_where_there_are_few():
    assert len(np.unique(coordinates_to_test(8, 3, "corners", 0), axis=0)) == 8
    sample = coordinates_to_test(7, 3, "corners", 0)
    assert sample.shape == (7, 3)
    assert not np.array_equal(sample, coordinates_to_test(7, 3, "corners", 1))


def test_batches_depend_on_the_run_alone_and_go_on_where_more_steps_are_taken():
    alone = [z[0] for z in fresh_batches(70, 4, 3, ["uniform"], [5])]
    beside = [z[1] for z in fresh_batches(130, 4, 3, ["corners", "uniform"], [9, 5])]
    np.testing.assert_array_equal(alone, beside[:70])
    assert len(beside) == 130
    assert len(np.unique(np.concatenate(beside), axis=0)) == 4 * 130


def test_an_unknown_kind_is_refused():
    with pytest.raises(InputError, match="points must be one of"):
        draw_coordinates(1, 2, "sphere", np.random.default_rng(0))
