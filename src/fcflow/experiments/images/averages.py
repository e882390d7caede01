"""Averages, correlations and success rates over every pair of an experiment."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from fcflow.artifacts.schema import declare, flag, real, text
from fcflow.experiments.images.columns import KEY
from fcflow.experiments.images.entries import measure_labels
from fcflow.experiments.images.pair_table import LEAST, Way, of_way, pair_rows, ways_of
from fcflow.paper.estimates import INTERVAL, columns
from fcflow.stats import Estimate, correlation_estimate, mean_estimate, proportion_estimate

# Where a quantity is not one of an attack's, attack and criterion are empty.
STATISTICS = declare(
    "image statistics",
    "make_table",
    {
        "kind": text(),
        "quantity": text(),
        "attack": text(),
        "criterion": text(),
        "box": flag(),
        **INTERVAL,
        "lowest_network": real(nullable=True),
        "highest_network": real(nullable=True),
    },
)

# Of a pair, whatever attacks it; measures follow.
OF_PAIRS = ("abs_cos_theta", "mean_abs_cos", "half_distance", "expected_ratio", "gap_share")
_AVERAGED = (
    "norm",
    "ratio",
    "difference",
    "distance_ratio",
    "predicted_over_norm",
    "prediction_error",
    "flip_over_norm",
)
# What the paper claims to go together, and the first-order lengths that explain it.
CORRELATED = {
    "ratio_cos": ("ratio", "abs_cos_theta"),
    "ratio_expected": ("ratio", "expected_ratio"),
    "length_predicted": ("norm", "abs_predicted_length"),
    "length_flip": ("norm", "flip_length"),
}
Unit = Literal["network", "pair"]
_NONE = Way("", "", False)  # of what is no attack's


def derived(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of pairs with ‖e‖ beside what compression and the path predict of it.

    On a straight line g falls from g(x1) to g(x2) and e ends where it is zero, so that ‖e‖/half is
    2 |cos θ| g(x1)/(g(x1) − g(x2)), which is ‖e‖ = D̃_flip: |cos θ| where g(x2) = −g(x1), and
    2 |cos θ| where x2 lies on the boundary.

    Parameters
    ----------
    rows : DataFrame
        As :data:`~fcflow.experiments.images.pair_table.PAIR_TABLE`.
    """
    predicted, norm = rows["predicted_length"].abs(), rows["norm"]
    return rows.assign(
        abs_predicted_length=predicted,
        expected_ratio=rows["flip_length"] / rows["half_distance"],
        gap_share=-rows["gap_x2"] / rows["gap_x1"],
        difference=(rows["ratio"] - rows["abs_cos_theta"]).abs(),
        distance_ratio=norm / rows["distance"],
        predicted_over_norm=predicted / norm,
        prediction_error=(predicted / norm - 1).abs(),
        flip_over_norm=rows["flip_length"] / norm,
    )


def statistics(
    experiments: pd.DataFrame,
    attacks: pd.DataFrame,
    networks: pd.DataFrame,
    *,
    unit: Unit,
    resamples: int,
    level: float,
    measured: Sequence[str] = (),
) -> pd.DataFrame:
    """Return averages, correlations and success rates over all pairs, and the networks' accuracy.

    Parameters
    ----------
    experiments, attacks, networks : DataFrames
        The experiment's.
    unit : {"network", "pair"}
        What averages are over. Pairs of one network depend on it, so with several networks
        averages are of networks' averages, with intervals over networks; with one they are over
        pairs, which intervals take for independent.
    measured : sequence of str
        Columns of the experiments that measures of the user's have made, which follow ours.
    resamples, level
        Of intervals. Those of correlations come from resampling images, which recur under several
        networks, all of an image's pairs at a time; success rates have Wilson's over pairs.

    Returns
    -------
    DataFrame
        As :data:`STATISTICS`.
    """
    rows = derived(pair_rows(experiments, attacks)).merge(
        experiments[[*KEY, "image1"]], on=KEY, validate="many_to_one"
    )
    known = [name for name in [*measure_labels(), *measured] if name in rows]
    of_pairs = list(dict.fromkeys([*OF_PAIRS, *known]))
    options: dict[str, Any] = {"resamples": resamples, "level": level}
    estimates = [
        *_of_networks(networks, **options),
        *_averages(rows.drop_duplicates(KEY), of_pairs, _NONE, unit, **options),
    ]
    for way in ways_of(rows):
        estimates += _averages(of_way(rows, way), _AVERAGED, way, unit, **options)
        estimates += _correlations(of_way(rows, way), way, **options)
        if way.attack != LEAST:
            estimates.append(_success(of_way(rows, way), way, level))
    return STATISTICS.table(estimates)


def _row(kind: str, quantity: str, way: Way, estimate: Estimate, by_network: Any) -> dict[str, Any]:
    """Return a row, with the spread of what single networks have."""
    spread = {"lowest_network": by_network.min(), "highest_network": by_network.max()}
    return {"kind": kind, "quantity": quantity, **way._asdict(), **columns(estimate), **spread}


def _of_networks(networks: pd.DataFrame, **options: Any) -> Iterator[dict[str, Any]]:
    shares = {
        "test_accuracy": networks["test_accuracy"],
        "paired": (networks["pairs"] / networks["correct_candidates"]).dropna(),
    }
    for quantity, values in shares.items():
        yield _row("network", quantity, _NONE, mean_estimate(values, **options), values)


def _averages(
    rows: pd.DataFrame, quantities: Sequence[str], way: Way, unit: Unit, **options: Any
) -> Iterator[dict[str, Any]]:
    for quantity in quantities:
        by_network = rows.groupby("network")[quantity].mean().dropna()
        values = by_network if unit == "network" else rows[quantity].dropna()
        yield _row("average", quantity, way, mean_estimate(values, **options), by_network)


def _correlations(rows: pd.DataFrame, way: Way, **options: Any) -> Iterator[dict[str, Any]]:
    for quantity, (y, x) in CORRELATED.items():
        points = rows.dropna(subset=[x, y])
        whole = correlation_estimate(points[x], points[y], points["image1"], **options)
        by_network = [_correlation(own[x], own[y]) for _, own in points.groupby("network")]
        yield _row("correlation", quantity, way, whole, pd.Series(by_network, dtype="float64"))


def _success(rows: pd.DataFrame, way: Way, level: float) -> dict[str, Any]:
    flags = rows["success"]
    rate = proportion_estimate(int(flags.sum()), len(flags), level=level)
    by_network = flags.astype(float).groupby(rows["network"]).mean()
    return _row("success", "succeeded", way, rate, by_network)


def pick(
    rows: pd.DataFrame,
    quantity: str,
    attack: str = "",
    criterion: str = "pair",
    kind: str = "average",
) -> Estimate:
    """Return an estimate of the statistics, the one with the fewest constraints on pixels.

    Without such a row, because there is no pair, nothing is estimated.
    """
    same = rows["kind"].eq(kind) & rows["quantity"].eq(quantity) & rows["attack"].eq(attack)
    if attack:
        same &= rows["criterion"].eq(criterion)
    matching = rows[same].sort_values("box", kind="stable")
    if matching.empty:
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    row = matching.iloc[0]
    return Estimate(float(row["estimate"]), float(row["low"]), float(row["high"]), int(row["n"]))


def _correlation(x: "pd.Series[float]", y: "pd.Series[float]") -> float:
    return correlation_estimate(x, y, np.arange(len(x)), resamples=1).value
