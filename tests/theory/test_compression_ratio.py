import numpy as np
import pytest
from scipy import stats

from fcflow.compression.direction import direction_cosine
from fcflow.data.hypercube import draw_matrix
from fcflow.errors import InputError
from fcflow.theory.compression_ratio import (
    compression_ratio,
    expected_compression_ratio,
    inverse_last_row,
)

DIMENSIONS = [1, 2, 3, 12, 60]


def matrices(d, n, column_scale=5.0):
    return np.stack([draw_matrix(d, column_scale, seed) for seed in range(n)])


@pytest.mark.parametrize("d", DIMENSIONS)
def test_ratio_is_one_over_the_inverses_last_row_and_the_feature(d):
    A = matrices(d, 5)
    expected = 1 / (
        np.linalg.norm(np.linalg.inv(A)[:, -1], axis=1) * np.linalg.norm(A[:, :, -1], axis=1)
    )
    np.testing.assert_allclose(compression_ratio(A), expected, rtol=1e-9)


@pytest.mark.parametrize("d", DIMENSIONS)
def test_ratio_is_the_compression_of_the_feature_by_the_ideal_probe(d):
    A = matrices(d, 5)
    np.testing.assert_allclose(
        np.abs(direction_cosine(inverse_last_row(A), A[:, :, -1])), compression_ratio(A)
    )


@pytest.mark.parametrize("d", DIMENSIONS)
def test_inverse_last_row_is_that_of_the_inverse(d):
    A = matrices(d, 3)
    np.testing.assert_allclose(inverse_last_row(A), np.linalg.inv(A)[:, -1], rtol=1e-7, atol=1e-12)


def test_scaling_the_other_columns_leaves_the_ratio_as_it_is():
    np.testing.assert_allclose(
        compression_ratio(matrices(9, 20, 1.0)), compression_ratio(matrices(9, 20, 5.0))
    )


@pytest.mark.parametrize("d", [2, 4, 12, 64])
def test_the_square_of_the_ratio_follows_its_beta_law(d):
    squares = compression_ratio(matrices(d, 600)) ** 2
    assert stats.kstest(squares, stats.beta(0.5, (d - 1) / 2).cdf).pvalue > 1e-3


@pytest.mark.parametrize("d", [2, 4, 12, 64])
def test_the_expected_ratio_is_the_mean_of_that_law(d):
    law = stats.beta(0.5, (d - 1) / 2)
    assert expected_compression_ratio(d) == pytest.approx(law.expect(np.sqrt), rel=1e-5)


def test_the_expected_ratio_goes_as_one_over_the_square_root_of_d():
    large = np.array([1e3, 1e4, 1e5])
    np.testing.assert_allclose(
        expected_compression_ratio(large) * np.sqrt(np.pi * large / 2), 1.0, rtol=1e-3
    )


def test_a_dependent_feature_is_fully_compressed():
    assert compression_ratio([[1.0, 2.0], [1.0, 2.0]]) == pytest.approx(0.0, abs=1e-15)


def test_bad_matrices_are_refused():
    with pytest.raises(InputError, match="square"):
        compression_ratio(np.ones((2, 3)))
    with pytest.raises(InputError, match="finite"):
        compression_ratio([[np.nan, 1.0], [0.0, 1.0]])
    with pytest.raises(InputError, match="must not be zero"):
        compression_ratio([[1.0, 0.0], [0.0, 0.0]])
    with pytest.raises(InputError, match="singular"):
        inverse_last_row([[1.0, 0.0], [0.0, 0.0]])
    with pytest.raises(InputError, match="dimension"):
        expected_compression_ratio(0)
