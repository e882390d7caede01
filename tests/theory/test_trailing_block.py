import numpy as np
import pytest

from fcflow.errors import InputError
from fcflow.theory.gaussian_products import triangular_factor
from fcflow.theory.interpolation_attack import attack_interpolation
from fcflow.theory.trailing_block import last_inverse_rows, trailing_block


def gaussian(n, rows, columns, seed=0):
    return np.random.default_rng(seed).standard_normal((n, rows, columns))


@pytest.mark.parametrize("d", [2, 3, 7, 40])
def test_the_rows_are_those_of_the_inverse(d):
    X = gaussian(5, d, d)
    np.testing.assert_allclose(
        last_inverse_rows(X), np.linalg.inv(X)[:, -2:], rtol=1e-8, atol=1e-10
    )


@pytest.mark.parametrize("d", [2, 3, 7, 40, 200])
def test_the_block_is_the_end_of_the_plain_qr_decomposition(d):
    X = gaussian(5, d, d)
    block = trailing_block(last_inverse_rows(X))
    np.testing.assert_allclose(block.T, triangular_factor(X)[:, -2:, -2:], rtol=1e-8, atol=1e-10)
    Q, R = np.linalg.qr(X)
    signs = np.sign(np.diagonal(R, axis1=1, axis2=2))[:, None, -2:]
    np.testing.assert_allclose(block.P, Q[:, :, -2:] * signs, atol=1e-9)


def test_pseudo_inverses_have_the_same_end():
    X = gaussian(4, 9, 5)
    block = trailing_block(np.linalg.pinv(X)[:, -2:])
    np.testing.assert_allclose(block.T, triangular_factor(X)[:, -2:, -2:], rtol=1e-10)


def test_rows_that_are_nearly_parallel_still_give_orthonormal_columns_and_a_flip():
    """The last diagonal entry is 5e-9 of the one before it.

    Among about a thousand products of square layers, one was like this.
    """
    Q = np.linalg.qr(gaussian(1, 8, 8)[0]).Q
    R = np.triu(gaussian(1, 8, 8, seed=1)[0])
    R[-2:, -2:] = [[0.06, 0.09], [0.0, 3e-10]]
    X = (Q @ R)[None]
    block = trailing_block(last_inverse_rows(X))
    np.testing.assert_allclose(block.P[0].T @ block.P[0], np.eye(2), atol=1e-14)
    assert attack_interpolation(X).flip_error[0] < 1e-4


@pytest.mark.parametrize("shape", [(1, 1), (3, 1, 1), (2, 3), (4,)])
def test_matrices_that_are_not_square_or_have_one_class_are_refused(shape):
    with pytest.raises(InputError, match="d ≥ 2"):
        last_inverse_rows(np.ones(shape))


def test_a_singular_matrix_is_an_error():
    with pytest.raises(np.linalg.LinAlgError):
        last_inverse_rows(np.ones((3, 3)))
