"""How far one quantity is a monotone function, or a power, of another; also on held-out groups."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
# From what explains (x, one row an observation) and what is explained, to a predictor.
Fit = Callable[[Array, Array], Callable[[Array], Array]]


def increasing_fit(x: Array, y: Array) -> Callable[[Array], Array]:
    """Return the increasing function with the least squared error.

    Parameters
    ----------
    x, y : ndarray, shape [n]
        Observations with the same x count as one, their mean, with their number as its weight.

    Returns
    -------
    callable
        It interpolates between the observed x, and is constant beyond them.

    Examples
    --------
    >>> fit = increasing_fit(np.array([1.0, 2.0, 3.0]), np.array([0.0, 2.0, 1.0]))
    >>> fit(np.array([0.0, 1.5, 2.5]))
    array([0.  , 0.75, 1.5 ])
    """
    # Imported here because it takes half a second, which steps that fit nothing save.
    from scipy.optimize import isotonic_regression

    places, which = np.unique(x, return_inverse=True)
    weights = np.bincount(which).astype(np.float64)
    means = np.bincount(which, y) / weights
    levels = isotonic_regression(means, weights=weights).x

    def predict(points: Array) -> Array:
        return np.interp(points, places, levels)

    return predict


def linear_fit(x: Array, y: Array) -> Callable[[Array], Array]:
    """Return the least-squares fit with a constant; on logarithms it is a power law.

    Parameters
    ----------
    x : ndarray, shape [n] or [n, k]
    y : ndarray, shape [n]

    Examples
    --------
    >>> linear_fit(np.array([0.0, 1.0]), np.array([1.0, 3.0]))(np.array([2.0])).round(6)
    array([5.])
    """
    coefficients = np.linalg.lstsq(_design(x), y, rcond=None)[0]

    def predict(points: Array) -> Array:
        values: Array = _design(points) @ coefficients
        return values

    return predict


def explained_share(y: ArrayLike, predicted: ArrayLike) -> float:
    """Return the share of y's variance that predictions explain; below 0 where its mean is better.

    Examples
    --------
    >>> explained_share([0.0, 2.0], [0.5, 1.5])
    0.75
    """
    values, guesses = np.asarray(y, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    spread = float(((values - values.mean()) ** 2).sum())
    return 1 - float(((values - guesses) ** 2).sum()) / spread if spread > 0 else float("nan")


def left_out_share(fit: Fit, x: Array, y: Array, groups: ArrayLike) -> float:
    """Return the share of y's variance explained where each group is predicted from the others.

    In-sample shares flatter: a monotone function has as many parameters as there are steps in it,
    and networks of one training method lie beside each other.

    Parameters
    ----------
    fit : callable
        Such as :func:`increasing_fit`.
    x : ndarray, shape [n] or [n, k]
    y : ndarray, shape [n]
    groups : array_like, shape [n]
        Left out one at a time.

    Returns
    -------
    float
        NaN if there are fewer than two groups.

    Examples
    --------
    >>> x = np.array([0.0, 1.0, 2.0, 3.0])
    >>> round(left_out_share(linear_fit, x, 2 * x, ["a", "b", "a", "b"]), 6)
    1.0
    """
    names, group = np.unique(np.asarray(groups), return_inverse=True)
    if names.size < 2:
        return float("nan")
    predicted = np.empty_like(y)
    for name in range(names.size):
        out = group == name
        predicted[out] = fit(x[~out], y[~out])(x[out])
    return explained_share(y, predicted)


def _design(x: Array) -> Array:
    columns = x.reshape(len(x), -1)
    return np.column_stack([np.ones(len(x)), columns])
