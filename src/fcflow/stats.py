"""Estimates with confidence intervals."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.errors import InputError


@dataclass(frozen=True)
class Estimate:
    """An estimate with its interval, and the number n of observations that it is made from.

    What cannot be estimated from so few observations is NaN.
    """

    value: float
    low: float
    high: float
    n: int

    def over(self, scale: float) -> "Estimate":
        """Return the estimate in units of ``scale``, a positive number.

        Examples
        --------
        >>> Estimate(1.0, 0.5, 2.0, 9).over(2.0)
        Estimate(value=0.5, low=0.25, high=1.0, n=9)
        """
        return Estimate(self.value / scale, self.low / scale, self.high / scale, self.n)


# The rounding error of a mean of n numbers, as a share of n times the largest of them, is of the
# order of the machine epsilon. The factor 4 is a margin.
_ROUNDING = 4 * float(np.finfo(np.float64).eps)
# The resamples that are held in memory at once are this many times as large as the data.
_BATCH = 1000
# For standardised x and y in a sample of n, the product of n Σx² - (Σx)² and n Σy² - (Σy)² is n⁴.
# Where a resample leaves less than this share of it, x or y is constant and the rest is rounding.
_SPREAD = 1e-18
_NOTHING = Estimate(float("nan"), float("nan"), float("nan"), 0)


def mean_estimate(
    values: ArrayLike, *, resamples: int, level: float = 0.95, seed: int = 0
) -> Estimate:
    """Return the mean with its BCa bootstrap interval.

    Parameters
    ----------
    values : array_like, shape [n]
        Independent observations, finite.
    resamples : int
        Bootstrap resamples.
    level : float
        Confidence level, in (0, 1).
    seed : int
        Seed of the resampling.

    Returns
    -------
    Estimate
        Without an interval (NaN) if n < 2, and without a value if n = 0. If all values are equal up
        to rounding, both ends of the interval are their mean.

    Examples
    --------
    >>> mean_estimate([1.0, 2.0, 3.0], resamples=1000).value
    2.0
    """
    data = np.asarray(values, dtype=np.float64)
    if data.ndim != 1 or not np.isfinite(data).all():
        raise InputError("values must be one-dimensional and finite")
    if data.size == 0:
        return _NOTHING
    mean = float(data.mean())
    if data.size == 1:
        return Estimate(mean, float("nan"), float("nan"), 1)
    # BCa needs jackknife means that differ. They do not differ if the values' differences are lost
    # to rounding in a mean of n.
    if np.ptp(data) <= _ROUNDING * data.size * np.abs(data).max():
        return Estimate(mean, mean, mean, data.size)
    # Imported here because it takes half a second, which steps that compute no interval save.
    from scipy import stats

    bootstrap = stats.bootstrap(
        (data,),
        np.mean,
        n_resamples=resamples,
        confidence_level=level,
        method="BCa",
        rng=np.random.default_rng(seed),
        batch=_BATCH,
    )
    interval = bootstrap.confidence_interval
    return Estimate(mean, float(interval.low), float(interval.high), data.size)


def proportion_estimate(successes: int, n: int, *, level: float = 0.95) -> Estimate:
    """Return a proportion with Wilson's interval.

    Examples
    --------
    >>> proportion_estimate(20, 50).value
    0.4
    """
    if not 0 <= successes <= n:
        raise InputError(f"successes must lie between 0 and n, got {successes} of {n}")
    if n == 0:
        return _NOTHING
    from scipy import stats

    interval = stats.binomtest(successes, n).proportion_ci(confidence_level=level, method="wilson")
    return Estimate(successes / n, float(interval.low), float(interval.high), n)


def accuracy_bound(errors: int, n: int, *, confidence: float) -> float:
    """Return the accuracy that is exceeded at a confidence, after so many errors in n trials.

    It is the exact one-sided binomial bound (Clopper and Pearson).

    Examples
    --------
    >>> round(accuracy_bound(0, 2995, confidence=0.95), 5), accuracy_bound(3, 3, confidence=0.95)
    (0.999, 0.0)
    """
    if not 0 <= errors <= n or n == 0:
        raise InputError(f"errors must lie between 0 and n ≥ 1, got {errors} of {n}")
    if errors == n:
        return 0.0
    # Imported here because it takes half a second, which steps that compute no interval save.
    from scipy import stats

    return float(stats.beta.ppf(1.0 - confidence, n - errors, errors + 1))


def correlation_estimate(
    x: ArrayLike,
    y: ArrayLike,
    clusters: ArrayLike,
    *,
    resamples: int,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """Return Pearson's correlation with a bootstrap interval.

    The interval is the percentile interval, and whole clusters are resampled.

    Parameters
    ----------
    x, y : array_like, shape [n]
        Finite.
    clusters : array_like, shape [n]
        Observations of one cluster may depend on each other. They are resampled together.
    resamples, level, seed
        As for :func:`mean_estimate`.

    Returns
    -------
    Estimate
        n counts the observations. NaN if there are fewer than three, or x or y is constant. Without
        an interval if there is only one cluster.

    Examples
    --------
    >>> correlation_estimate([1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [0, 1, 2], resamples=100).value
    1.0
    """
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    names, cluster = np.unique(np.asarray(clusters), return_inverse=True)
    if (
        a.ndim != 1
        or a.shape != b.shape
        or a.shape != cluster.shape
        or not np.isfinite([a, b]).all()
    ):
        raise InputError(
            "x, y and clusters must be one-dimensional, of one length, and x and y finite"
        )
    if a.size < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return Estimate(float("nan"), float("nan"), float("nan"), a.size)

    # A resample's correlation needs only the sums of six powers, and these are sums over clusters.
    a, b = (a - a.mean()) / a.std(), (b - b.mean()) / b.std()
    powers = (np.ones_like(a), a, b, a * a, b * b, a * b)
    moments = np.array([np.bincount(cluster, weights) for weights in powers], dtype=np.float64)
    draw = np.random.default_rng(seed)
    counts = draw.multinomial(names.size, np.full(names.size, 1 / names.size), size=resamples)
    resampled = _correlations(moments @ counts.T.astype(np.float64))
    resampled = resampled[np.isfinite(resampled)]

    value = float(_correlations(moments.sum(axis=1, keepdims=True, dtype=np.float64))[0])
    if names.size < 2 or resampled.size == 0:
        return Estimate(value, float("nan"), float("nan"), a.size)
    low, high = np.quantile(resampled, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(value, float(low), float(high), a.size)


def _correlations(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return correlations from the sums of 1, x, y, x², y² and xy; NaN if x or y is constant."""
    n, x, y, xx, yy, xy = sums
    spread = np.maximum(n * xx - x * x, 0.0) * np.maximum(n * yy - y * y, 0.0)
    correlations: NDArray[np.float64] = np.full(n.shape, np.nan)
    np.divide(n * xy - x * y, np.sqrt(spread), out=correlations, where=spread > _SPREAD * n**4)
    return np.clip(correlations, -1.0, 1.0)


def quantile_estimate(values: ArrayLike, p: float, *, level: float = 0.95) -> Estimate:
    """Return a quantile with its interval from the order statistics, for any distribution.

    Parameters
    ----------
    values : array_like, shape [n]
        Independent observations, finite.
    p : float
        Which quantile, in (0, 1).

    Returns
    -------
    Estimate
        The bound on a side is NaN if n is too small for one.

    Examples
    --------
    >>> quantile_estimate(range(101), 0.5).value
    50.0
    """
    data = np.asarray(values, dtype=np.float64)
    if data.ndim != 1 or not np.isfinite(data).all():
        raise InputError("values must be one-dimensional and finite")
    if not 0 < p < 1:
        raise InputError(f"a quantile needs p in (0, 1), got {p}")
    if data.size == 0:
        return _NOTHING
    # Imported here because it takes half a second, which steps that compute no interval save.
    from scipy import stats

    value = float(np.quantile(data, p))
    interval: Any = stats.quantile_test(data, q=value, p=p).confidence_interval(
        confidence_level=level
    )
    return Estimate(value, float(interval.low), float(interval.high), data.size)


def holm_adjusted(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return p-values adjusted by Holm's step-down method, [n], in the order given.

    If the hypotheses with adjusted values below r are rejected, the probability of any false
    rejection is below r, whatever the dependence between the tests.

    Examples
    --------
    >>> holm_adjusted([0.01, 0.04, 0.03])
    array([0.03, 0.06, 0.06])
    """
    values = np.asarray(p_values, dtype=np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise InputError("p-values must be one-dimensional and lie in [0, 1]")
    order = np.argsort(values, kind="stable")
    stepped = np.maximum.accumulate(values[order] * np.arange(values.size, 0, -1)).clip(max=1.0)
    adjusted = np.empty_like(values)
    adjusted[order] = stepped
    return adjusted


def power_law_slope(
    groups: Mapping[float, ArrayLike], *, resamples: int, level: float = 0.95, seed: int = 0
) -> Estimate:
    """Return the exponent p of mean(y) ∝ x^p, with a bootstrap interval.

    The exponent is the least-squares slope of log mean(y) on log x, over groups of observations y
    with the same x. Observations are resampled within their group, and the interval is the
    percentile interval.

    Parameters
    ----------
    groups : mapping from x > 0 to array_like of positive observations
        Groups without observations are left out.

    Returns
    -------
    Estimate
        n counts the observations. NaN if fewer than two groups have any.

    Examples
    --------
    >>> round(power_law_slope({1.0: [2.0, 2.0], 4.0: [1.0, 1.0]}, resamples=10).value, 6)
    -0.5
    """
    data = {
        float(x): np.asarray(y, dtype=np.float64)
        for x, y in groups.items()
        if len(np.asarray(y)) > 0
    }
    if any(x <= 0 or not (np.isfinite(y) & (y > 0)).all() for x, y in data.items()):
        raise InputError("a power law needs positive finite x and y")
    if len(data) < 2:
        return _NOTHING

    draw = np.random.default_rng(seed)
    logs = np.log(np.array(list(data)))
    means = np.stack([draw.choice(y, (resamples, y.size)).mean(axis=1) for y in data.values()])
    low, high = np.quantile(_slopes(logs, np.log(means)), [(1 - level) / 2, (1 + level) / 2])
    value = _slopes(logs, np.log(np.array([[y.mean()] for y in data.values()])))
    return Estimate(float(value[0]), float(low), float(high), sum(y.size for y in data.values()))


def _slopes(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the least-squares slopes of the columns of y [n, r] on x [n]."""
    centred = x - x.mean()
    slopes: NDArray[np.float64] = centred @ y / (centred @ centred)
    return slopes
