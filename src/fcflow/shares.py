"""How the variance of a sum splits among its terms, which may depend on each other."""

from functools import cache
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.errors import InputError

Array = NDArray[np.float64]
# Of the largest singular value; below it a direction of the terms is rounding.
_SINGULAR = 1e-10


def covariance_shares(terms: ArrayLike) -> Array:
    """Return the covariance of each term with the sum, over the sum's variance.

    These are Shapley's values of the game in which a set of terms is worth the variance of its sum.
    They add up to one; a term that works against the others has a negative share.

    Parameters
    ----------
    terms : array_like, shape [n, k]
        Observations of k terms.

    Returns
    -------
    ndarray, shape [k]
        NaN if the sum does not vary.

    Examples
    --------
    >>> covariance_shares([[0.0, 1.0], [3.0, 0.0]])
    array([ 1.5, -0.5])
    """
    _, covariance, total = _moments(terms)
    shares: Array = covariance / total if total > 0 else np.full(covariance.size, np.nan)
    return shares


def lmg_shares(terms: ArrayLike) -> Array:
    """Return each term's share of the sum's variance after Lindeman, Merenda and Gold.

    It is what the term adds to the share of variance that a regression on the terms before it
    explains, averaged over all orders of the terms: Shapley's values of that game. They add up to
    one and none is negative; terms that go together share what they explain together.

    Parameters
    ----------
    terms : array_like, shape [n, k]
        Observations of k terms.

    Returns
    -------
    ndarray, shape [k]
        NaN if the sum does not vary.

    Examples
    --------
    >>> lmg_shares([[0.0, 0.0], [0.0, 1.0], [2.0, 0.0], [2.0, 1.0]]).round(6)
    array([0.8, 0.2])
    """
    spread, covariance, total = _moments(terms)
    size = covariance.size
    if not total > 0:
        return np.full(size, np.nan)

    @cache
    def explained(chosen: tuple[int, ...]) -> float:
        if not chosen:
            return 0.0
        inside = list(chosen)
        inverse = np.linalg.pinv(spread[np.ix_(inside, inside)], rcond=_SINGULAR, hermitian=True)
        return float(covariance[inside] @ inverse @ covariance[inside] / total)

    shares = np.zeros(size)
    for term in range(size):
        others = [other for other in range(size) if other != term]
        for count in range(size):
            weight = factorial(count) * factorial(size - 1 - count) / factorial(size)
            shares[term] += weight * sum(
                explained(tuple(sorted((*before, term)))) - explained(before)
                for before in combinations(others, count)
            )
    return shares


def _moments(terms: ArrayLike) -> tuple[Array, Array, float]:
    """Return the terms' covariance matrix, their covariance with the sum, and the sum's variance.

    A sum that varies by no more than rounding does not vary.
    """
    data = np.asarray(terms, dtype=np.float64)
    if data.ndim != 2 or not np.isfinite(data).all():
        raise InputError("terms must be two-dimensional and finite")
    if len(data) == 0:
        return np.zeros((data.shape[1],) * 2), np.zeros(data.shape[1]), 0.0
    centred = data - data.mean(axis=0)
    spread: Array = centred.T @ centred / len(data)
    covariance: Array = spread.sum(axis=1)
    total = float(covariance.sum())
    size = float(np.abs(data).max())
    return spread, covariance, total if total > len(data) * (1e-14 * size) ** 2 else 0.0
