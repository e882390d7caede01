import numpy as np
import pytest
from scipy import stats

from fcflow.errors import InputError
from fcflow.theory.gaussian_products import product_factors, triangular_factor, triangular_products


def test_the_factor_of_a_product_is_that_of_one_decomposition_after_another():
    """The induction of the proof: H2 H1 = H2 Q1 R1 = Q2 (R2 R1)."""
    draw = np.random.default_rng(0)
    H1, H2 = draw.standard_normal((7, 4)), draw.standard_normal((9, 7))
    Q1, R1 = np.linalg.qr(H1)
    R2 = triangular_factor(H2 @ Q1)
    signs = np.sign(np.diag(R1))
    np.testing.assert_allclose(triangular_factor(H2 @ H1), triangular_factor(R2 @ R1), atol=1e-10)
    np.testing.assert_allclose(
        triangular_factor(H2 @ (Q1 * signs)) @ (R1 * signs[:, None]), triangular_factor(H2 @ H1)
    )


def test_the_factor_is_unique_by_its_positive_diagonal():
    H = np.random.default_rng(0).standard_normal((20, 6, 4))
    R = triangular_factor(H)
    assert (np.diagonal(R, axis1=1, axis2=2) > 0).all()
    np.testing.assert_allclose(R.swapaxes(1, 2) @ R, H.swapaxes(1, 2) @ H)
    np.testing.assert_allclose(R.swapaxes(1, 2), np.linalg.cholesky(H.swapaxes(1, 2) @ H))


def test_a_single_matrix_has_the_diagonal_that_the_lemma_says():
    R = product_factors([3, 5], 4000, np.random.default_rng(0))
    for j in range(3):
        assert stats.kstest(R[:, j, j] ** 2, stats.chi2(5 - j).cdf).pvalue > 1e-3
        assert stats.kstest(R[:, j, j] ** 2, stats.chi2(5 - j + 1).cdf).pvalue < 1e-6
    for i, j in zip(*np.triu_indices(3, 1), strict=True):
        assert stats.kstest(R[:, i, j], stats.norm.cdf).pvalue > 1e-3


def test_triangular_factors_have_the_degrees_that_are_asked_for():
    R = triangular_products([3, 5], 4000, np.random.default_rng(1), extra_degrees=2)
    assert stats.kstest(R[:, 1, 1] ** 2, stats.chi2(6).cdf).pvalue > 1e-3


@pytest.mark.parametrize("widths", [[2, 2, 2], [3, 4, 6]])
def test_determinants_of_both_constructions_follow_one_law(widths):
    made = product_factors(widths, 3000, np.random.default_rng(2))
    assumed = triangular_products(widths, 3000, np.random.default_rng(3))
    logs = [np.log(np.diagonal(R, axis1=1, axis2=2)).sum(axis=1) for R in (made, assumed)]
    assert stats.ks_2samp(*logs).pvalue > 1e-3
    assert np.tril(assumed, -1).max() == 0.0


@pytest.mark.parametrize("widths", [[3, 2], [4, 6, 5], [3], [0, 2]])
def test_widths_that_fall_are_refused(widths):
    for make in (product_factors, triangular_products):
        with pytest.raises(InputError, match=r"widths must"):
            make(widths, 1, np.random.default_rng(0))
