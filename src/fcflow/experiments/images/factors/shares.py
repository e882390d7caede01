"""Which factor makes some pairs more fragile: shares of the variance of log(‖e‖/half)."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.artifacts.schema import declare, text
from fcflow.clusters import clustered_estimate
from fcflow.experiments.images.factors.pairs import FACTORS, complete
from fcflow.paper.estimates import INTERVAL, columns
from fcflow.shares import covariance_shares, lmg_shares
from fcflow.stats import Estimate

SHARES = declare(
    "image factor shares", "make_table", {"quantity": text(), "factor": text(), **INTERVAL}
)
_MOST_RESAMPLES = 500  # each takes a millisecond; more change the second digit of an interval's end
_LEAST = 8  # pairs of different first images, below which shares of four factors say nothing
_KINDS: dict[str, Callable[[Any], NDArray[np.float64]]] = {
    "lmg": lmg_shares,
    "covariance": covariance_shares,
}


def shares(pairs: pd.DataFrame, *, resamples: int, level: float) -> pd.DataFrame:
    """Return averages of the factors, and each one's share of the variance between pairs.

    Parameters
    ----------
    pairs : DataFrame
        As :data:`~fcflow.experiments.images.factors.pairs.PAIR_FACTORS`.
    resamples, level
        Of intervals, from resampling first images, all of an image's pairs at a time.

    Returns
    -------
    DataFrame
        As :data:`SHARES`. ``quantity`` is ``mean`` (of the factor), ``mean_log`` (these add up to
        that of the ratio), ``lmg`` (what a factor adds to the variance explained by those before
        it, averaged over orders; none is negative) or ``covariance`` (that with the sum, which may
        be); both kinds of shares add up to one. The factor ``ratio`` is the product of all.
    """
    rows = complete(pairs)
    options: dict[str, Any] = {"resamples": resamples, "level": level}
    estimates = [
        {"quantity": quantity, "factor": factor, **columns(image_mean(rows, column, **options))}
        for quantity, prefix in (("mean", ""), ("mean_log", "log_"))
        for factor in [*FACTORS, "ratio"]
        for column in [f"{prefix}{factor}"]
    ]
    logs = rows[[f"log_{factor}" for factor in FACTORS]].to_numpy()
    estimates += _shares(logs, rows["image1"].to_numpy(), min(resamples, _MOST_RESAMPLES), level)
    return SHARES.table(estimates)


def image_mean(pairs: pd.DataFrame, column: str, *, resamples: int, level: float) -> Estimate:
    """Return the mean over pairs, its interval from resampling first images with all their pairs.

    Examples
    --------
    >>> pairs = pd.DataFrame({"image1": [0, 0, 1, 1], "ratio": [1.0, 1.0, 3.0, 3.0]})
    >>> image_mean(pairs, "ratio", resamples=200, level=0.9)
    Estimate(value=2.0, low=1.0, high=3.0, n=4)
    """
    kept = pairs.dropna(subset=[column])
    values = kept[column].to_numpy(dtype=np.float64)
    return clustered_estimate(
        lambda places: float(values[places].mean()),
        kept["image1"],
        resamples=resamples,
        level=level,
    )


def _shares(
    logs: NDArray[np.float64], images: NDArray[np.int64], resamples: int, level: float
) -> Iterator[dict[str, Any]]:
    names, cluster = np.unique(images, return_inverse=True)
    enough = len(names) >= _LEAST
    members = [np.flatnonzero(cluster == name) for name in range(len(names))]
    draw = np.random.default_rng(0)
    draws = [draw.integers(len(names), size=len(names)) for _ in range(resamples if enough else 0)]
    places = [np.concatenate([members[name] for name in own]) for own in draws]
    for kind, function in _KINDS.items():
        value = function(logs) if enough else np.full(len(FACTORS), np.nan)
        every = np.array([function(logs[own]) for own in places]).reshape(-1, len(FACTORS))
        every = every[np.isfinite(every).all(axis=1)]
        ends = (
            np.quantile(every, [(1 - level) / 2, (1 + level) / 2], axis=0)
            if len(every)
            else np.full((2, len(FACTORS)), np.nan)
        )
        for number, factor in enumerate(FACTORS):
            low, high = ends[:, number]
            estimate = Estimate(float(value[number]), float(low), float(high), len(logs))
            yield {"quantity": kind, "factor": factor, **columns(estimate)}
