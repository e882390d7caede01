"""The QR decomposition of products of Gaussian matrices (Lemma 3, [FC] §2).

Let H = H_{l-1} … H_1 with independent Gaussian H_i of shape n_{i+1} × n_i and n_{i+1} ≥ n_i. The
factor R of H = Q R, made unique by a positive diagonal, has the distribution of a product
R_{l-1} … R_1 of independent upper triangular matrices. R_i is standard Gaussian above its diagonal,
and row j of its diagonal is the square root of a χ² with n_{i+1} - j + 1 degrees of freedom.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.errors import InputError


def check_widths(widths: Sequence[int]) -> None:
    """Raise InputError unless Lemma 3 covers the widths n_1, …, n_l.

    Raises
    ------
    InputError
        If there are fewer than two, one is below 1, or n_{i+1} < n_i.

    Examples
    --------
    >>> check_widths([3, 5, 4])  # doctest: +NORMALIZE_WHITESPACE
    Traceback (most recent call last):
    fcflow.errors.InputError: widths must not fall, n_{i+1} ≥ n_i (Lemma 3),
    but 5 is followed by 4 in [3, 5, 4]
    """
    if len(widths) < 2 or min(widths) < 1:
        raise InputError(f"widths must be two or more numbers ≥ 1, n_1, …, n_l, got {list(widths)}")
    for before, after in pairwise(widths):
        if after < before:
            raise InputError(
                "widths must not fall, n_{i+1} ≥ n_i (Lemma 3), "
                f"but {before} is followed by {after} in {list(widths)}"
            )


def product_factors(
    widths: Sequence[int], draws: int, draw: np.random.Generator
) -> NDArray[np.float64]:
    """Draw products H_{l-1} … H_1 and return the R of each, float64 [draws, n_1, n_1].

    Parameters
    ----------
    widths : sequence of int
        n_1, …, n_l, not falling.
    draws : int
        How many products.

    Examples
    --------
    >>> R = product_factors([2, 3, 3], 4, np.random.default_rng(0))
    >>> R.shape, bool((R[:, 0, 0] > 0).all())
    ((4, 2, 2), True)
    """
    check_widths(widths)
    product: NDArray[np.float64] = draw.standard_normal((draws, widths[1], widths[0]))
    for before, after in pairwise(widths[1:]):
        product = draw.standard_normal((draws, after, before)) @ product
    return triangular_factor(product)


def triangular_factor(H: ArrayLike) -> NDArray[np.float64]:
    """Return R [..., n, n] of the QR decomposition of H [..., m, n] whose diagonal is positive.

    Examples
    --------
    >>> triangular_factor([[-2.0, 1.0], [0.0, 3.0]])
    array([[ 2., -1.],
           [ 0.,  3.]])
    """
    R: NDArray[np.float64] = np.asarray(np.linalg.qr(np.asarray(H, dtype=np.float64), mode="r"))
    signs = np.where(np.diagonal(R, axis1=-2, axis2=-1) < 0, -1.0, 1.0)
    positive: NDArray[np.float64] = R * signs[..., None] + 0.0
    return positive


def triangular_products(
    widths: Sequence[int], draws: int, draw: np.random.Generator, *, extra_degrees: int = 0
) -> NDArray[np.float64]:
    """Draw Lemma 3's triangular factors and return R_{l-1} … R_1, float64 [draws, n_1, n_1].

    Parameters
    ----------
    extra_degrees : int
        Added to every number of degrees of freedom. Other values than 0 give a wrong distribution
        on purpose, to check that a test notices.

    Examples
    --------
    >>> np.tril(triangular_products([2, 3], 1, np.random.default_rng(0))[0], -1).any()
    np.False_
    """
    check_widths(widths)
    n = widths[0]
    above = np.triu_indices(n, 1)
    diagonal = np.arange(n)
    product: NDArray[np.float64] = np.eye(n)
    for width in widths[1:]:
        R = np.zeros((draws, n, n))
        R[:, above[0], above[1]] = draw.standard_normal((draws, len(above[0])))
        R[:, diagonal, diagonal] = np.sqrt(
            draw.chisquare(width - diagonal + extra_degrees, (draws, n))
        )
        product = R @ product
    return product
