from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fcflow
from fcflow.data.hypercube import draw_matrix
from fcflow.errors import InputError, SearchLimitError
from fcflow.theory.closest_vector import closest_points


def brute_force(A, z):
    """Half the least distance from A z to any A z' of the other class, over all 2^(d-1) of them."""
    d = len(z)
    others = np.array([(*bits, -z[-1]) for bits in product((-1, 1), repeat=d - 1)])
    return np.linalg.norm((others - z) @ A.T, axis=1).min() / 2


@pytest.mark.parametrize("column_scale", [0.2, 1.0, 5.0])
@pytest.mark.parametrize("d", range(1, 13))
def test_decoder_equals_brute_force(d, column_scale):
    draw = np.random.default_rng(d)
    for seed in range(4):
        A, z = draw_matrix(d, column_scale, seed), draw.choice([-1, 1], d)
        assert fcflow.nearest_other_class(A, z) == pytest.approx(brute_force(A, z), rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), d=st.integers(1, 9), rank=st.integers(1, 9))
def test_decoder_equals_brute_force_on_matrices_that_may_be_singular(seed, d, rank):
    draw = np.random.default_rng(seed)
    A = draw.standard_normal((d, rank)) @ draw.standard_normal((rank, d))
    z = draw.choice([-1, 1], d)
    assert fcflow.nearest_other_class(A, z) == pytest.approx(brute_force(A, z), rel=1e-9, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), d=st.integers(2, 9))
def test_decoder_equals_brute_force_on_integer_matrices_where_many_points_tie(seed, d):
    draw = np.random.default_rng(seed)
    A, z = draw.integers(-2, 3, (d, d)).astype(float), draw.choice([-1, 1], d)
    assert fcflow.nearest_other_class(A, z) == pytest.approx(brute_force(A, z), rel=1e-9, abs=1e-9)


def test_the_feature_norm_is_an_upper_bound_and_often_not_tight_without_scaling():
    ratios = []
    for seed in range(30):
        A = draw_matrix(8, 1.0, seed)
        z = np.random.default_rng(seed).choice([-1, 1], (10, 8))
        ratios.append(closest_points(A, z).half_distance / np.linalg.norm(A[:, -1]))
    ratios = np.concatenate(ratios)
    assert ratios.max() <= 1.0 + 1e-12
    assert 0.3 < (ratios < 1 - 1e-9).mean() < 0.7  # 51 % in an independent computation


def test_scaled_columns_make_the_feature_norm_exact():
    for seed in range(10):
        A = draw_matrix(12, 5.0, seed)
        z = np.random.default_rng(seed).choice([-1, 1], (30, 12))
        np.testing.assert_allclose(closest_points(A, z).half_distance, np.linalg.norm(A[:, -1]))


@pytest.mark.parametrize("column_scale", [1.0, 5.0])
def test_forty_dimensions_are_within_reach(column_scale):
    A = draw_matrix(40, column_scale, seed=1)
    nearest = closest_points(
        A, np.random.default_rng(1).choice([-1, 1], (20, 40)), max_nodes=20_000_000
    )
    assert nearest.proved.all()
    assert (nearest.half_distance <= np.linalg.norm(A[:, -1]) + 1e-9).all()


def test_delta_leads_from_each_corner_to_a_corner_of_the_other_class():
    A = draw_matrix(10, 1.0, seed=2)
    z = np.random.default_rng(2).choice([-1, 1], (40, 10))
    nearest = closest_points(A, z)
    other = z - 2 * nearest.delta
    assert set(np.unique(other)) == {-1, 1}
    np.testing.assert_array_equal(other[:, -1], -z[:, -1])
    np.testing.assert_allclose(np.linalg.norm((z - other) @ A.T, axis=1) / 2, nearest.half_distance)


def test_an_unfinished_search_is_never_taken_for_a_result():
    A, z = draw_matrix(12, 0.3, seed=0), np.ones(12, dtype=int)
    assert not closest_points(A, z[None], max_nodes=2).proved[0]
    with pytest.raises(SearchLimitError, match="max_nodes = 2"):
        fcflow.nearest_other_class(A, z, max_nodes=2)


@pytest.mark.parametrize(
    ("A", "z", "message"),
    [
        (np.ones((2, 3)), [1, 1], "square"),
        ([[np.nan, 0.0], [0.0, 1.0]], [1, 1], "finite"),
        (np.eye(2), [1, 0], "corners"),
        (np.eye(2), [1, 1, 1], "corners"),
        (np.eye(2), [[1, 1]], "one corner"),
    ],
)
def test_bad_input_is_refused(A, z, message):
    with pytest.raises(InputError, match=message):
        fcflow.nearest_other_class(A, z)


def test_a_search_needs_a_node():
    with pytest.raises(InputError, match="max_nodes"):
        closest_points(np.eye(2), [[1, 1]], max_nodes=0)
