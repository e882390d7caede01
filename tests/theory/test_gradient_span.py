import numpy as np
import pytest
from scipy import stats

from fcflow.errors import InputError
from fcflow.theory.gradient_span import first_order_residual, span_energies, span_projection


def drawn(n, d, seed=0):
    return np.random.default_rng(seed).standard_normal((3, n, d))


@pytest.mark.parametrize("d", [2, 3, 30])
def test_the_projection_is_least_squares(d):
    g1, g2, v = drawn(10, d)
    for k in range(10):
        span = np.stack([g1[k], g2[k]], axis=1)
        expected = span @ np.linalg.lstsq(span, v[k], rcond=None)[0]
        np.testing.assert_allclose(span_projection(g1[k], g2[k], v[k]), expected, atol=1e-10)


def test_parallel_and_zero_gradients_span_a_line_or_nothing():
    v = np.array([3.0, 4.0, 5.0])
    np.testing.assert_allclose(span_projection([2.0, 0, 0], [-4.0, 0, 0], v), [3.0, 0, 0])
    np.testing.assert_allclose(span_projection([0.0, 0, 0], [0.0, 2.0, 0], v), [0.0, 4.0, 0])
    np.testing.assert_allclose(span_projection([0.0, 0, 0], [0.0, 0, 0], v), 0.0)


@pytest.mark.parametrize("d", [3, 10, 100])
def test_energies_follow_their_laws(d):
    projected, whole = span_energies(*drawn(4000, d, seed=d))
    assert stats.kstest(projected, stats.chi2(2).cdf).pvalue > 1e-3
    assert stats.kstest(whole, stats.chi2(d).cdf).pvalue > 1e-3
    assert stats.kstest(projected / whole, stats.beta(1, (d - 2) / 2).cdf).pvalue > 1e-3
    assert (projected / whole).mean() == pytest.approx(2 / d, rel=0.1)


def test_the_residual_of_a_smooth_function_falls_in_proportion_to_epsilon():
    draw = np.random.default_rng(0)
    B = draw.standard_normal((2, 9, 9))
    x, x1, x2 = draw.standard_normal((3, 9))

    def outputs(points):
        return np.einsum("ni,kij,nj->nk", points, B, points)

    jacobian = (B + B.swapaxes(1, 2)) @ x
    residual = first_order_residual(outputs, jacobian, x, x1, x2, 10.0 ** -np.arange(2, 6))
    np.testing.assert_allclose(residual[:-1] / residual[1:], 10.0, rtol=0.2)


def test_moving_along_anything_else_does_not_match_the_outputs():
    draw = np.random.default_rng(1)
    W, other = draw.standard_normal((2, 2, 9))
    x, x1, x2 = draw.standard_normal((3, 9))
    residual = first_order_residual(lambda points: points @ W.T, other, x, x1, x2, [1e-3])
    assert residual[0] > 0.1


def test_bad_input_is_refused():
    with pytest.raises(InputError, match="d ≥ 2"):
        span_projection([1.0], [1.0], [1.0])
    with pytest.raises(InputError, match="outputs are the same"):
        first_order_residual(
            lambda x: 0 * x[:, :2], np.ones((2, 3)), np.ones(3), np.ones(3), np.zeros(3), [0.1]
        )
