"""Exponents of d over trained runs, and of what is paired with the very matrices."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.clusters import clustered_estimate
from fcflow.experiments.dimension.selection import several_at_each
from fcflow.experiments.hypercube.exponent import exponent_of_d
from fcflow.stats import Estimate, mean_estimate
from fcflow.theory.compression_ratio import expected_compression_ratio


def exponent(runs: pd.DataFrame, quantity: str, *, resamples: int, level: float) -> Estimate:
    """Return the exponent of d that the average of a column follows over trained runs.

    Examples
    --------
    >>> runs = pd.DataFrame({"d": [1] * 3 + [4] * 3, "phi": [1.0] * 3 + [0.5] * 3})
    >>> exponent(runs, "phi", resamples=10, level=0.9).value
    -0.5
    """
    kept = several_at_each(runs, quantity)
    return exponent_of_d(kept, quantity, resamples=resamples, level=level)


def paired_exponent(runs: pd.DataFrame, ratio: str, *, resamples: int, level: float) -> Estimate:
    """Return the slope of log ratio on log d over runs, with a bootstrap over runs at each d.

    A ratio of a run to its own matrix does not vary with the matrix as the two averages do, so that
    its exponent is known far more sharply than the average's.

    Examples
    --------
    >>> runs = pd.DataFrame({"d": [1] * 3 + [4] * 3, "ratio": [1.0] * 3 + [2.0] * 3})
    >>> round(paired_exponent(runs, "ratio", resamples=10, level=0.9).value, 6)
    0.5
    """
    kept = several_at_each(runs, ratio)
    if kept["d"].nunique() < 2:
        return Estimate(np.nan, np.nan, np.nan, len(kept))
    x, y = np.log(kept["d"].to_numpy(dtype=np.float64)), np.log(kept[ratio].to_numpy())

    def slope(places: NDArray[np.int64]) -> float:
        centred = x[places] - x[places].mean()
        return float(centred @ y[places] / (centred @ centred))

    return clustered_estimate(
        slope, np.arange(len(kept)), strata=kept["d"], resamples=resamples, level=level
    )


def at_average_ratio(
    runs: pd.DataFrame, quantity: str, *, resamples: int, level: float
) -> tuple[Estimate, Estimate]:
    """Return the exponent of d at matrices with the average φ, and the power of φ at one d.

    Over runs, log value = level + exponent log d + power (log φ - log E φ), by least squares: what
    the draw of the matrices, and which of them could be trained, does to an average is taken away
    with the power of φ that the networks themselves show. Intervals by a bootstrap over runs at
    each d.

    Examples
    --------
    >>> runs = pd.DataFrame({"d": [4] * 3 + [16] * 3, "phi": [0.2, 0.4, 0.8, 0.1, 0.2, 0.3]})
    >>> runs["seen"] = runs["d"] ** -0.5 * (runs["phi"] / expected_compression_ratio(runs["d"]))
    >>> fits = at_average_ratio(runs, "seen", resamples=10, level=0.9)
    >>> [round(fit.value, 6) for fit in fits]
    [-0.5, 1.0]
    """
    kept = several_at_each(runs, quantity)
    if kept["d"].nunique() < 2 or kept["phi"].nunique() < 2:
        nothing = Estimate(np.nan, np.nan, np.nan, len(kept))
        return nothing, nothing
    d = kept["d"].to_numpy(dtype=np.float64)
    apart = np.log(kept["phi"].to_numpy()) - np.log(expected_compression_ratio(d))
    columns = np.column_stack([np.ones(len(kept)), np.log(d), apart])
    values = np.log(kept[quantity].to_numpy())

    def fitted(number: int) -> Estimate:
        def coefficient(places: NDArray[np.int64]) -> float:
            fit, _, rank, _ = np.linalg.lstsq(columns[places], values[places], rcond=None)
            return float(fit[number]) if rank == columns.shape[1] else np.nan

        return clustered_estimate(
            coefficient, np.arange(len(kept)), strata=kept["d"], resamples=resamples, level=level
        )

    return fitted(1), fitted(2)


def geometric_mean(values: "pd.Series[float]", *, resamples: int, level: float) -> Estimate:
    """Return the geometric mean with its bootstrap interval; missing values are left out.

    Examples
    --------
    >>> round(geometric_mean(pd.Series([0.5, 2.0]), resamples=100, level=0.9).value, 6)
    1.0
    """
    logs = mean_estimate(np.log(values.dropna()), resamples=resamples, level=level)
    value, low, high = np.exp([logs.value, logs.low, logs.high])
    return Estimate(float(value), float(low), float(high), logs.n)
