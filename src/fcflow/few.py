"""Means of few observations: Student's interval, where a bootstrap of three to ten is too short."""

import numpy as np
from numpy.typing import ArrayLike

from fcflow.errors import InputError
from fcflow.stats import Estimate


def student_estimate(values: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Return the mean with Student's interval.

    Parameters
    ----------
    values : array_like, shape [n]
        Independent observations, finite; exact for normal ones.
    level : float
        Confidence level, in (0, 1).

    Returns
    -------
    Estimate
        Without an interval (NaN) if n < 2, and without a value if n = 0.

    Examples
    --------
    >>> estimate = student_estimate([1.0, 2.0, 3.0])
    >>> round(estimate.low, 3), estimate.value, round(estimate.high, 3)
    (-0.484, 2.0, 4.484)
    """
    data = np.asarray(values, dtype=np.float64)
    if data.ndim != 1 or not np.isfinite(data).all():
        raise InputError("values must be one-dimensional and finite")
    if data.size == 0:
        return Estimate(np.nan, np.nan, np.nan, 0)
    mean = float(data.mean())
    if data.size == 1:
        return Estimate(mean, np.nan, np.nan, 1)
    # Imported here because it takes half a second, which steps that compute no interval save.
    from scipy import stats

    half = float(stats.t.ppf((1 + level) / 2, data.size - 1) * data.std(ddof=1) / data.size**0.5)
    return Estimate(mean, mean - half, mean + half, data.size)


def geometric_estimate(ratios: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Return the geometric mean of positive ratios with Student's interval of their logarithms.

    Parameters
    ----------
    ratios : array_like, shape [n]
        Independent observations, positive and finite.
    level : float
        Confidence level, in (0, 1).

    Examples
    --------
    >>> round(geometric_estimate([0.5, 2.0]).value, 6)
    1.0
    """
    data = np.asarray(ratios, dtype=np.float64)
    if not (np.isfinite(data) & (data > 0)).all():
        raise InputError("ratios must be positive and finite")
    logs = student_estimate(np.log(data), level=level)
    low, value, high = (float(np.exp(end)) for end in (logs.low, logs.value, logs.high))
    return Estimate(value, low, high, logs.n)
