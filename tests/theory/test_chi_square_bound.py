import numpy as np
import pytest
from scipy import special, stats

from fcflow.errors import InputError
from fcflow.theory.chi_square_bound import exponent, log_bound, log_tail

ALPHAS = np.array([1e-6, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999])


@pytest.mark.parametrize("d", [1, 2, 7, 64, 2048])
def test_the_tail_is_scipys_where_scipy_does_not_underflow(d):
    plain = stats.chi2.cdf(ALPHAS * d, d)
    seen = plain > 1e-290
    np.testing.assert_allclose(log_tail(d, ALPHAS)[seen], np.log(plain[seen]), rtol=1e-11)


def test_the_tail_far_below_the_smallest_number_follows_its_leading_term():
    a, x = 1024.0, 1e-6 * 1024
    leading = a * np.log(x) - x - special.gammaln(a + 1)
    assert log_tail(2048, 1e-6) == pytest.approx(leading, rel=1e-9)
    assert log_tail(2048, 1e-6) < -10_000


def test_two_degrees_have_a_closed_form():
    np.testing.assert_allclose(log_tail(2, ALPHAS), np.log(-np.expm1(-ALPHAS)), rtol=1e-12)


def test_the_bound_holds_and_its_exponent_is_approached_from_below():
    d = 2.0 ** np.arange(12)
    gap = log_bound(d[:, None], ALPHAS) - log_tail(d[:, None], ALPHAS)
    assert (gap > 0).all()
    assert (np.diff(gap / d[:, None], axis=0) < 0).all()


def test_the_bound_is_the_lemmas_expression():
    assert log_bound(6, 0.3) == pytest.approx(np.log((0.3 * np.exp(0.7)) ** 3))


def test_the_exponent_falls_without_bound():
    exponents = exponent(10.0 ** -np.arange(1, 300, 20))
    assert (np.diff(exponents) < -20).all()


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1, 1.5, np.nan])
def test_alpha_outside_its_range_is_refused(alpha):
    for function in (log_tail, log_bound):
        with pytest.raises(InputError, match="α must lie in"):
            function(4, alpha)


def test_dimension_zero_is_refused():
    with pytest.raises(InputError, match="dimension"):
        log_tail(0, 0.5)
