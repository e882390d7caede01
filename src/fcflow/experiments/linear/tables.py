"""Tables 1 and 2, the sensitivity to the batch size, and the numbers behind Figure 2 ([FC] §6)."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from fcflow.experiments.hypercube.exponent import exponent_of_d
from fcflow.experiments.images.factors.shares import SHARES, shares
from fcflow.experiments.images.factors.tables import share_layout
from fcflow.experiments.linear import layouts
from fcflow.experiments.linear.columns import EXPERIMENTS, POINTS
from fcflow.experiments.linear.factors import linear_factors
from fcflow.experiments.linear.table_columns import BATCH_SIZES, DIMENSIONS, SLOPES, TABLE1, TABLE2
from fcflow.paper import published
from fcflow.paper.estimates import columns
from fcflow.paper.table import ShownTable, table
from fcflow.stats import Estimate, mean_estimate, proportion_estimate
from fcflow.theory.compression_ratio import expected_compression_ratio

_AVERAGED = ("abs_cos_theta1", "phi", "difference", "minimal_ratio_mean")
_PUBLISHED = {
    "valid_rate": published.TABLE2_VALID / published.TABLE2_RUNS,
    "aligned_rate": published.TABLE2_ALIGNED / published.TABLE2_VALID,
    "abs_cos_theta1": published.TABLE2_COS_THETA1,
    "phi": published.TABLE2_PHI,
    "difference": published.TABLE2_DIFFERENCE,
}


@table(
    "table1",
    schema=TABLE1,
    reads={"experiments": EXPERIMENTS.at("results/linear/experiments.parquet")},
    label="Table 1",
    shows="cos θ1, cos θ2, φ of ten valid runs",
    caption="Do trained linear networks look along the direction that tells two classes apart? cos"
    " θ1 measures that: 1 would be fully, and theory predicts that |cos θ1| is φ. Points are A z"
    " with a random matrix A and z of ones and minus ones; the class is z's last entry, so the"
    " feature a is A's last column. cos θ2 tells whether the network's weights are those that"
    " theory assumes. Each row is one network that learned all its points (valid), ours beside the"
    " paper's.",
)
def table1(
    experiments: pd.DataFrame,
    *,
    cos_theta2_threshold: float,
    wanted: Mapping[str, int | None],
    resamples: int,
    level: float,
) -> ShownTable:
    """Return Table 1: each valid run's cos θ1, cos θ2, φ and ‖e‖/‖a‖ beside the published ten.

    There are as many rows as the longer of the two has; what is short is left empty.
    """
    runs = experiments[experiments["study"] == "table1"]
    valid = runs[runs["valid"]].reset_index(drop=True)
    printed = pd.DataFrame([vars(one) for one in published.TABLE1]).add_prefix("published_")
    beside = pd.concat([valid, printed], axis=1)

    rows = TABLE1.table(beside.assign(experiment=np.arange(1, len(beside) + 1)))
    shown = layouts.table1_layout(
        rows, runs, cos_theta2_threshold, wanted["table1"], resamples=resamples, level=level
    )
    return ShownTable(rows, *shown)


@table(
    "table2",
    schema=TABLE2,
    reads={"experiments": EXPERIMENTS.at("results/linear/experiments.parquet")},
    label="Table 2",
    shows="averages over 50 runs",
    caption="More networks of the kind of Table 1's, with matrices of their own: how many learn all"
    " their points (valid), and averages of the measured compression |cos θ1| and of the predicted"
    " one φ, with the papers' restriction to |cos θ2| above a limit and without it. Intervals are"
    " from a bootstrap over runs, those of shares Wilson's.",
)
def table2(
    experiments: pd.DataFrame, *, cos_theta2_threshold: float, resamples: int, level: float
) -> ShownTable:
    """Return Table 2: valid rate, rate of runs over the threshold, and averages with intervals.

    Rows of ``runs`` "aligned" are averages over valid runs with |cos θ2| over the threshold, as the
    papers'; they are given a second time over all valid runs, without that filter.
    """
    runs = _with_derived(experiments[experiments["study"] == "table2"])
    valid, aligned = _valid_and_aligned(runs, cos_theta2_threshold)
    records = [
        _row("all", "valid_rate", proportion_estimate(len(valid), len(runs), level=level)),
        _row("valid", "aligned_rate", proportion_estimate(len(aligned), len(valid), level=level)),
    ]
    for name, averaged in (("aligned", aligned), ("valid", valid)):
        records += [
            _row(
                name, quantity, mean_estimate(averaged[quantity], resamples=resamples, level=level)
            )
            for quantity in _AVERAGED
        ]
    rows = TABLE2.table(records)
    return ShownTable(rows, *layouts.table2_layout(rows, runs, cos_theta2_threshold, level))


def _row(runs: str, quantity: str, estimate: Estimate) -> dict[str, Any]:
    """Return a row of Table 2: nothing is published about all valid runs but their rate."""
    averaged = runs == "valid" and quantity in _AVERAGED
    printed = math.nan if averaged else _PUBLISHED.get(quantity, math.nan)
    return {"runs": runs, "quantity": quantity, **columns(estimate), "published": printed}


@table(
    "linear_shares",
    schema=SHARES,
    reads={
        "points": POINTS.at("results/linear/table2/points.parquet"),
        "experiments": EXPERIMENTS.at("results/linear/experiments.parquet"),
    },
    label="Table 2's factors",
    shows="which factor makes some points of linear networks more fragile",
    caption="The least perturbation ‖e‖ over the feature's length is the product of four factors,"
    " on the path to the point that differs in the feature alone. A linear network has one"
    " gradient, so that evenness and curvature are 1 by definition; what is left is compression,"
    " which is |cos θ1| and the same for all points of a network, and the boundary's place on the"
    " path.",
)
def linear_shares(
    points: pd.DataFrame, experiments: pd.DataFrame, *, resamples: int, level: float
) -> ShownTable:
    """Return averages of the factors of Table 2's points, and their shares of the variance."""
    factors = linear_factors(points, experiments)
    rows = shares(factors, resamples=resamples, level=level)
    title = "Which factor makes some points of linear networks more fragile than others"
    names = {"what": "point", "ratio": "‖e‖/‖a‖"}
    shown = share_layout(rows, factors, title, "networks", level, **names)
    return ShownTable(rows, *shown)


@table(
    "batch_size",
    schema=BATCH_SIZES,
    reads={"experiments": EXPERIMENTS.at("results/linear/experiments.parquet")},
    label="Batch size",
    shows="what the unstated batch size does",
    caption="The papers do not state how many points a step of training sees (the batch size). It"
    " decides how many runs reach training accuracy 1, and since those with a small φ are the hard"
    " ones, it moves every average of Table 2. The matrices are others than Table 2's, and so are"
    " the averages at its batch size.",
)
def batch_size(
    experiments: pd.DataFrame, *, cos_theta2_threshold: float, resamples: int, level: float
) -> ShownTable:
    """Return, for each batch size, the rates and averages of Table 2 over aligned valid runs.

    All sizes are trained on the same matrices from the same weights.
    """
    swept = _with_derived(experiments[experiments["study"] == "batch_size"])
    records = []
    for size, runs in swept.groupby("batch_size"):
        valid, aligned = _valid_and_aligned(runs, cos_theta2_threshold)
        estimates = {
            "valid_rate": proportion_estimate(len(valid), len(runs), level=level),
            "aligned_rate": proportion_estimate(len(aligned), len(valid), level=level),
        } | {
            quantity: mean_estimate(aligned[quantity], resamples=resamples, level=level)
            for quantity in _AVERAGED
        }
        records += [
            {"batch_size": size, "quantity": quantity, **columns(estimate)}
            for quantity, estimate in estimates.items()
        ]
    rows = BATCH_SIZES.table(records)
    return ShownTable(rows, *layouts.batch_size_layout(rows, swept, cos_theta2_threshold, level))


@table(
    "dimension_slopes",
    schema=SLOPES,
    reads={"experiments": EXPERIMENTS.at("results/linear/experiments.parquet")},
    label="Figure 2's exponents",
    shows="exponents of d in φ and |cos θ1|",
    caption="The power of the dimension d that the averages behind Figure 2 follow: theory says"
    " that compression falls as 1/√d, an exponent of −1/2.",
)
def dimension_slopes(experiments: pd.DataFrame, *, resamples: int, level: float) -> ShownTable:
    """Return the exponents of d that the averages of φ and |cos θ1| follow; theory says -1/2.

    ``dimension`` and ``dimension_high`` train alike, at other dimensions, and are fitted together
    as ``dimension``.
    """
    trained = _dimension_runs(experiments)
    trained["study"] = trained["study"].replace("dimension_high", "dimension")
    records = []
    for study, runs in trained.groupby("study"):
        for name, averaged in (("valid", runs[runs["valid"]]), ("all", runs)):
            reach = (averaged if len(averaged) else runs)["d"]
            for quantity in ("abs_cos_theta1", "phi"):
                slope = exponent_of_d(averaged, quantity, resamples=resamples, level=level)
                key = {"study": study, "runs": name, "quantity": quantity}
                records.append(key | columns(slope) | {"d_min": reach.min(), "d_max": reach.max()})
    rows = SLOPES.table(records)
    return ShownTable(rows, *layouts.slopes_layout(rows, level))


@table(
    "dimension",
    schema=DIMENSIONS,
    reads={
        "experiments": EXPERIMENTS.at("results/linear/experiments.parquet"),
        "slopes": SLOPES.at("results/tables/dimension_slopes.parquet"),
    },
    label="Figure 2 in numbers",
    shows="φ and |cos θ1| against d",
    caption="The numbers behind Figure 2: measured compression |cos θ1| and predicted compression φ"
    " at each dimension d, separately for networks that learned all their points (valid) and for"
    " those that did not, after the papers' 20 epochs and, where these leave few valid networks,"
    " after training on until every point is classified correctly, within a limit.",
)
def dimension(
    experiments: pd.DataFrame,
    slopes: pd.DataFrame,
    *,
    resamples: int,
    level: float,
    wanted: Mapping[str, int | None],
) -> ShownTable:
    """Return Figure 2's numbers: averages of φ and |cos θ1| at each d.

    They are over valid runs, over those that are not valid, and over all.
    """
    records = []
    for (study, d), runs in _dimension_runs(experiments).groupby(["study", "d"]):
        key: dict[str, Any] = {
            "study": study,
            "d": d,
            "enumerated": bool(runs["enumerated"].all()),
            "expected_phi": float(expected_compression_ratio(runs["d"].iloc[0])),
        }
        valid = proportion_estimate(int(runs["valid"].sum()), len(runs), level=level)
        records.append(key | {"runs": "all", "quantity": "valid_rate"} | columns(valid))
        fresh = mean_estimate(runs["fresh_accuracy"], resamples=resamples, level=level)
        records.append(key | {"runs": "all", "quantity": "fresh_accuracy"} | columns(fresh))
        parts = {"valid": runs[runs["valid"]], "invalid": runs[~runs["valid"]], "all": runs}
        for name, averaged in parts.items():
            for quantity in _AVERAGED:
                # The least perturbation is that of correctly classified points; a run may have
                # none.
                values = averaged[quantity].dropna()
                estimate = mean_estimate(values, resamples=resamples, level=level)
                records.append(key | {"runs": name, "quantity": quantity} | columns(estimate))
    rows = DIMENSIONS.table(records)
    return ShownTable(rows, *layouts.dimension_layout(rows, slopes, wanted, level))


def _dimension_runs(experiments: pd.DataFrame) -> pd.DataFrame:
    return _with_derived(experiments[experiments["study"].str.startswith("dimension")])


def _with_derived(runs: pd.DataFrame) -> pd.DataFrame:
    absolute = runs["cos_theta1"].abs()
    return runs.assign(abs_cos_theta1=absolute, difference=(absolute - runs["phi"]).abs())


def _valid_and_aligned(runs: pd.DataFrame, threshold: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the valid runs, and those of them with |cos θ2| over the threshold."""
    valid = runs[runs["valid"]]
    return valid, valid[valid["cos_theta2"].abs() > threshold]
