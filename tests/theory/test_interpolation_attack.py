from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from fcflow.errors import InputError
from fcflow.theory.interpolation_attack import (
    allowed_error,
    attack_interpolation,
    attack_norm_cdf,
    attack_norm_quantile,
    expected_nearest_distance,
    nearest_pair_distance,
)


def points(n, d, seed=0):
    return np.random.default_rng(seed).standard_normal((n, d, d))


def orthonormal(m, d, seed=1):
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((m, d))).Q


@pytest.mark.parametrize(("d", "hidden"), [(2, 2), (6, 6), (6, 15), (30, 64)])
def test_the_attack_flips_the_network_that_the_proof_writes_down(d, hidden):
    """H1 with orthonormal columns, H2 = R⁻¹ Q1ᵀ from the QR decomposition of H1 X."""
    X = points(3, d)
    attack = attack_interpolation(X)
    H1 = orthonormal(hidden, d)
    for matrix, e, outputs in zip(X, attack.e, attack.outputs, strict=True):
        Q1, R = np.linalg.qr(H1 @ matrix)
        network = np.linalg.solve(R, Q1.T) @ H1
        np.testing.assert_allclose(network @ matrix, np.eye(d), atol=1e-9)
        moved = network @ (matrix[:, -1] + e)
        np.testing.assert_allclose(moved[-2:], [1.0, 0.0], atol=1e-9)
        np.testing.assert_allclose(moved, outputs, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("d", [2, 3, 20, 150])
def test_the_perturbation_is_that_of_the_plain_qr_decomposition(d):
    X = points(4, d)
    attack = attack_interpolation(X)
    for matrix, e, norm in zip(X, attack.e, attack.norm, strict=True):
        Q, R = np.linalg.qr(matrix)
        signs = np.sign(np.diag(R))
        Q, R = Q * signs, R * signs[:, None]
        basis = np.zeros(d)
        basis[-2:] = R[-2, -2] - R[-2, -1], -R[-1, -1]
        np.testing.assert_allclose(e, Q @ basis, atol=1e-9)
        assert norm == pytest.approx(np.sqrt((R[-2, -2] - R[-2, -1]) ** 2 + R[-1, -1] ** 2))


@pytest.mark.parametrize("d", [2, 10, 100])
def test_the_last_two_outputs_are_one_and_zero_to_what_conditioning_allows(d):
    X = points(50, d)
    attack = attack_interpolation(X)
    assert attack.flipped.all()
    assert (attack.flip_error <= 4 * allowed_error(X, attack)).all()


def test_other_outputs_are_free_so_the_largest_may_be_another_class():
    attack = attack_interpolation(points(200, 20))
    assert attack.flipped.all()
    assert 0 < attack.targeted.mean() < 1
    two = attack_interpolation(points(200, 2))
    assert two.targeted.all()


def test_no_smaller_perturbation_flips_the_pair_than_the_projection_onto_its_boundary():
    X = points(20, 8)
    attack = attack_interpolation(X)
    assert (attack.pair_norm <= attack.norm * (1 + 1e-12)).all()
    inverse = np.linalg.inv(X)
    w = inverse[:, -1] - inverse[:, -2]
    step = -w / (w**2).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(np.linalg.norm(step, axis=1), attack.pair_norm)
    for matrix, e in zip(X, step, strict=True):
        outputs = np.linalg.solve(matrix, matrix[:, -1] + e)
        assert outputs[-1] == pytest.approx(outputs[-2], abs=1e-9)


@pytest.mark.parametrize("d", [2, 5, 40])
def test_the_norm_follows_its_exact_law_at_every_dimension(d):
    norms = attack_interpolation(points(2000, d, seed=d)).norm
    assert stats.kstest(norms, attack_norm_cdf).pvalue > 1e-3


def test_the_exact_law_is_that_of_its_three_entries():
    draw = np.random.default_rng(0)
    n = 200_000
    norms = np.hypot(
        np.sqrt(draw.chisquare(2, n)) - draw.standard_normal(n), draw.standard_normal(n)
    )
    for p in (0.05, 0.5, 0.95, 0.999):
        assert (norms <= attack_norm_quantile(p)).mean() == pytest.approx(
            p, abs=4 * np.sqrt(p * (1 - p) / n)
        )


def test_the_nearest_pair_is_found_among_all_pairs():
    X = points(3, 9)
    least = [
        min(np.linalg.norm(m[:, i] - m[:, j]) for i, j in combinations(range(9), 2)) for m in X
    ]
    np.testing.assert_allclose(nearest_pair_distance(X), least)


@pytest.mark.parametrize("d", [64, 300])
def test_the_expected_nearest_distance_is_the_median_of_draws(d):
    distances = nearest_pair_distance(points(60, d, seed=d))
    assert np.median(distances) == pytest.approx(expected_nearest_distance(d), rel=0.02)


def test_one_class_is_refused():
    with pytest.raises(InputError, match="d ≥ 2"):
        attack_interpolation(np.ones((1, 1, 1)))
    with pytest.raises(InputError, match="two points"):
        nearest_pair_distance(np.ones((1, 1, 1)))
    with pytest.raises(InputError, match="d ≥ 2"):
        expected_nearest_distance(1)
    with pytest.raises(InputError, match="stack"):
        attack_interpolation(np.eye(2))
    with pytest.raises(InputError, match="probability"):
        attack_norm_quantile(1.0)
