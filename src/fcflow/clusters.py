"""Intervals of any statistic of observations that come in clusters, by resampling clusters."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.stats import Estimate

Statistic = Callable[[NDArray[np.int64]], float]


def clustered_estimate(
    statistic: Statistic,
    clusters: ArrayLike,
    *,
    resamples: int,
    level: float = 0.95,
    seed: int = 0,
    strata: ArrayLike | None = None,
) -> Estimate:
    """Return a statistic with its percentile interval, resampling whole clusters.

    Parameters
    ----------
    statistic : callable
        From the places of observations, int64 [m], where some may stand more than once, to the
        statistic over them; NaN where they do not determine it.
    clusters : array_like, shape [n]
        Which cluster each observation belongs to. Those of one may depend on each other.
    resamples : int
    level : float
        Confidence level, in (0, 1).
    seed : int
        Seed of the resampling.
    strata : array_like, shape [n], optional
        Groups whose sizes were chosen and not drawn, such as dimensions: clusters are resampled
        within each. Those of one cluster have to lie in one group.

    Returns
    -------
    Estimate
        n counts the observations. Without an interval (NaN) if a group has only one cluster.

    Examples
    --------
    >>> y = np.array([1.0, 1.0, 3.0, 3.0])
    >>> clustered_estimate(lambda places: y[places].mean(), [0, 0, 1, 1], resamples=200)
    Estimate(value=2.0, low=1.0, high=3.0, n=4)
    """
    names, cluster = np.unique(np.asarray(clusters), return_inverse=True)
    if names.size == 0:
        return Estimate(np.nan, np.nan, np.nan, 0)
    value = float(statistic(np.arange(cluster.size)))
    members = [np.flatnonzero(cluster == name) for name in range(names.size)]
    group = np.zeros(cluster.size) if strata is None else np.asarray(strata)
    of_cluster = group[[places[0] for places in members]]
    groups = [np.flatnonzero(of_cluster == each) for each in np.unique(group)]
    draw = np.random.default_rng(seed)
    draws = np.concatenate(
        [own[draw.integers(own.size, size=(resamples, own.size))] for own in groups], axis=1
    )
    # With few clusters the same resample comes often: three clusters have ten of them.
    kinds, counts = np.unique(np.sort(draws, axis=1), axis=0, return_counts=True)
    values = np.array(
        [statistic(np.concatenate([members[name] for name in kind])) for kind in kinds]
    )
    values = np.repeat(values, counts)
    values = values[np.isfinite(values)]
    if min(own.size for own in groups) < 2 or values.size == 0:
        return Estimate(value, np.nan, np.nan, cluster.size)
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(value, float(low), float(high), cluster.size)
