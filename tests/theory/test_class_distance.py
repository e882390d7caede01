from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcflow.data.hypercube import all_corners, draw_matrix
from fcflow.errors import InputError
from fcflow.theory.class_distance import class_distance
from fcflow.theory.closest_vector import closest_points


def over_all_pairs(A):
    """Return the least distance between any point with z_d = 1 and any with z_d = -1."""
    z = all_corners(A.shape[0])
    x = z @ A.T
    one, other = x[z[:, -1] > 0], x[z[:, -1] < 0]
    return min(np.linalg.norm(other - point, axis=1).min() for point in one)


@pytest.mark.parametrize("column_scale", [0.2, 1.0, 5.0])
@pytest.mark.parametrize("d", range(1, 9))
def test_it_is_the_least_over_all_pairs_of_points(d, column_scale):
    for seed in range(4):
        A = draw_matrix(d, column_scale, seed)
        assert class_distance(A).distance == pytest.approx(over_all_pairs(A), rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), d=st.integers(1, 7), rank=st.integers(1, 7))
def test_it_is_the_least_over_all_differences_of_matrices_that_may_be_singular(seed, d, rank):
    draw = np.random.default_rng(seed)
    A = draw.standard_normal((d, rank)) @ draw.standard_normal((rank, d))
    deltas = np.array([(*u, 1) for u in product((-1, 0, 1), repeat=d - 1)])
    least = 2 * np.linalg.norm(deltas @ A.T, axis=1).min()
    assert class_distance(A).distance == pytest.approx(least, rel=1e-9, abs=1e-9)


def test_no_single_point_is_nearer_to_the_other_class():
    A = draw_matrix(11, 1.0, seed=3)
    nearest = closest_points(A, all_corners(11)).half_distance.min()
    assert class_distance(A).distance == pytest.approx(2 * nearest, rel=1e-12)


def test_delta_is_a_difference_of_two_corners():
    A = draw_matrix(20, 1.0, seed=0)
    nearest = class_distance(A)
    assert set(np.unique(nearest.delta)) <= {-1, 0, 1}
    assert nearest.delta[-1] == 1
    assert nearest.distance == pytest.approx(2 * np.linalg.norm(A @ nearest.delta))


def test_an_unfinished_search_says_so():
    assert not class_distance(draw_matrix(20, 1.0, seed=0), max_nodes=5).proved
    assert class_distance(draw_matrix(20, 1.0, seed=0)).proved


def test_bad_input_is_refused():
    with pytest.raises(InputError, match="square"):
        class_distance(np.ones((2, 3)))
    with pytest.raises(InputError, match="max_nodes"):
        class_distance(np.eye(2), max_nodes=0)
