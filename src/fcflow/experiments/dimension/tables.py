"""The tables of the dimension laws, on networks that classify points drawn anew."""

from typing import Any

import pandas as pd

from fcflow.experiments.dimension import layouts
from fcflow.experiments.dimension.columns import RUNS
from fcflow.experiments.dimension.exponents import (
    at_average_ratio,
    exponent,
    geometric_mean,
    paired_exponent,
)
from fcflow.experiments.dimension.selection import several_at_each, trained_runs
from fcflow.experiments.dimension.table_columns import EXPONENTS, LAWS
from fcflow.experiments.linear.columns import EXPERIMENTS as LINEAR
from fcflow.experiments.relu.columns import EXPERIMENTS as RELU
from fcflow.paper.estimates import columns
from fcflow.paper.table import ShownTable, table
from fcflow.stats import Estimate, mean_estimate, proportion_estimate

_AVERAGED = ("abs_cos_theta", "phi", "margin_cosine", "found_share", "certified_share", "steps")
_PAIRED = ("ratio", "margin_ratio")
# At matrices with the average φ, and the power of φ that takes them there.
_TYPICAL = {"cosine": "abs_cos_theta", "share": "found_share"}
PROTOCOL_LINEAR, PROTOCOL_RELU = "protocol_linear", "protocol_relu"


@table(
    "dimension_laws",
    schema=LAWS,
    reads={
        "runs": RUNS.at("results/dimension/runs.parquet"),
        "linear": LINEAR.at("results/linear/experiments.parquet"),
        "relu": RELU.at("results/relu/experiments.parquet"),
    },
    label="Dimension laws",
    shows="compression where networks classify fresh points",
    caption="Beyond d = 16 the papers' protocol trains on a sample of the points, and a network"
    " that classifies those need not classify others. Here every step of training sees new points,"
    " until no error is left on many held-out ones; what could not be trained so is counted, not"
    " averaged. Compression |cos θ1| against what theory predicts from the same matrix, φ, and the"
    " least perturbation ‖e‖ against what the best possible classifier tolerates at the same"
    " points. Below: the papers' protocol, with its accuracy on points that it did not train on.",
)
def dimension_laws(
    runs: pd.DataFrame, linear: pd.DataFrame, relu: pd.DataFrame, *, resamples: int, level: float
) -> ShownTable:
    """Return averages over the trained runs of each study and d, and of the papers' protocol."""
    statistics: dict[str, Any] = {"resamples": resamples, "level": level}
    records = []
    for (study, d), own in runs.groupby(["study", "d"], sort=False):
        key = {"study": study, "d": d}
        records += _rates(key, own, own["trained"].astype(bool), "trained", statistics)
        kept = trained_runs(own)
        records += _averages(key | {"runs": "trained"}, kept, _AVERAGED, statistics)
    for study, experiments in _protocols(linear, relu).items():
        for d, own in experiments.groupby("d"):
            key = {"study": study, "d": d}
            records += _rates(key, own, own["valid"].astype(bool), "valid", statistics)
            kept = own[own["valid"] & own["abs_cos_theta"].notna()]
            kept = kept.assign(ratio=kept["abs_cos_theta"] / kept["phi"])
            averaged = ("abs_cos_theta", "phi", "fresh_accuracy")
            records += _averages(key | {"runs": "valid"}, kept, averaged, statistics)
    rows = LAWS.table(records)
    return ShownTable(rows, *layouts.laws_layout(rows, runs, level))


def _protocols(linear: pd.DataFrame, relu: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the runs of the papers' protocol over d: linear, and ReLU with one hidden layer."""
    first = linear[linear["study"].isin(["dimension", "dimension_high"])]
    swept = relu[relu["study"].str.startswith("dimension") & (relu["depth"] == 1)]
    return {
        PROTOCOL_LINEAR: first.assign(abs_cos_theta=first["cos_theta1"].abs()),
        PROTOCOL_RELU: swept.assign(abs_cos_theta=swept["rho_mean"]),
    }


def _rates(
    key: dict[str, Any],
    runs: pd.DataFrame,
    held: "pd.Series[bool]",
    name: str,
    statistics: dict[str, Any],
) -> list[dict[str, Any]]:
    rate = proportion_estimate(int(held.sum()), len(runs), level=statistics["level"])
    accuracy = mean_estimate(runs["fresh_accuracy"], **statistics)
    key = key | {"runs": "all"}
    return [
        key | {"quantity": f"{name}_rate"} | columns(rate),
        key | {"quantity": "fresh_accuracy"} | columns(accuracy),
    ]


def _averages(
    key: dict[str, Any], runs: pd.DataFrame, averaged: tuple[str, ...], statistics: dict[str, Any]
) -> list[dict[str, Any]]:
    means = {name: mean_estimate(runs[name].dropna(), **statistics) for name in averaged}
    ratios = {name: geometric_mean(runs[name], **statistics) for name in _PAIRED if name in runs}
    return [key | {"quantity": name} | columns(one) for name, one in (means | ratios).items()]


@table(
    "dimension_exponents",
    schema=EXPONENTS,
    reads={"runs": RUNS.at("results/dimension/runs.parquet")},
    label="Exponents of d",
    shows="on networks that classify fresh points",
    caption="The power of the dimension d that compression, and the least perturbation as a share"
    " of the best possible one, follow over networks that classify fresh points: theory says −1/2."
    " The ratios to the run's own matrix do not vary with the matrices as the averages do, and"
    " tell a departure from theory far more sharply: theory says an exponent of 0.",
)
def dimension_exponents(runs: pd.DataFrame, *, resamples: int, level: float) -> ShownTable:
    """Return the exponents of d of averages, and of ratios to the run's own matrix."""
    records = []
    for study in dict.fromkeys(runs["study"]):
        kept = trained_runs(runs, study)
        averages = ("abs_cos_theta", "phi", "margin_cosine", "found_share", "certified_share")
        slopes: dict[tuple[str, str], Estimate] = {}
        for quantity in (*averages, *_PAIRED):
            fit = exponent if quantity in averages else paired_exponent
            slopes[quantity, quantity] = fit(kept, quantity, resamples=resamples, level=level)
        for name, quantity in _TYPICAL.items():
            slope, power = at_average_ratio(kept, quantity, resamples=resamples, level=level)
            slopes |= {(f"typical_{name}", quantity): slope, (f"power_{name}", quantity): power}
        for (name, quantity), slope in slopes.items():
            reach = several_at_each(kept, quantity)["d"]
            ends = (int(reach.min()), int(reach.max())) if len(reach) else (0, 0)
            key = {"study": study, "quantity": name, "d_min": ends[0], "d_max": ends[1]}
            records.append(key | columns(slope))
    rows = EXPONENTS.table(records)
    return ShownTable(rows, *layouts.exponents_layout(rows, level))
