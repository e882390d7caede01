"""The QR decomposition of products of Gaussian matrices (Lemma 3, [FC] §2).

For H = H_{l-1} … H_1 with independent Gaussian H_i of shape n_{i+1} × n_i, n_{i+1} ≥ n_i, the
factor R of H = Q R follows the law of a product R_{l-1} … R_1 of independent upper triangular
matrices: standard Gaussian above the diagonal, and √χ² of n_{i+1} - j + 1 degrees of freedom in row
j of R_i's diagonal. R is made unique by a positive diagonal.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.errors import InputError


def check_widths(widths: Sequence[int]) -> None:
    """Refuse widths n_1, …, n_l that Lemma 3 does not speak of.

    Raises
    ------
    InputError
        If there are fewer than two, one is below 1, or n_{i+1} < n_i.

    Examples
    --------
    >>> check_widths([3, 5, 4])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    fcflow.errors.InputError: widths must not fall, ... but 5 is followed by 4 in [3, 5, 4]
    """
    if len(widths) < 2 or min(widths) < 1:
        raise InputError(f"widths must be two or more numbers ≥ 1, n_1, …, n_l, got {list(widths)}")
    for before, after in pairwise(widths):
        if after < before:
            raise InputError(
                f"widths must not fall, n_{{i+1}} ≥ n_i (Lemma 3), but {before} is followed by"
                f" {after} in {list(widths)}"
            )


def product_factors(
    widths: Sequence[int], draws: int, draw: np.random.Generator
) -> NDArray[np.float64]:
    """Draw H_{l-1} … H_1 and return R of each product's decomposition, float64 [draws, n_1, n_1].

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
    """Draw the factors of Lemma 3 and return R_{l-1} … R_1, float64 [draws, n_1, n_1].

    Parameters
    ----------
    extra_degrees : int
        Added to every degree of freedom: a wrong law, to see whether a test would notice.

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
