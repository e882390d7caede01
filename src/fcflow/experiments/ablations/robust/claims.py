"""Whether training that makes networks robust undoes compression."""

import pandas as pd

from fcflow.experiments.ablations.robust.columns import TABLE
from fcflow.experiments.theory.rows import pick
from fcflow.experiments.vulnerability.totals import measured, total_row, value_of
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, Untested
from fcflow.paper.claims.rules import Between
from fcflow.paper.numbers import number

SAMPLE = "ablations of robust training"
FIXED = "2026-11-26, after quick runs (7593e8d)"
DIFFERS = (
    "Not in the papers. Networks are {ablations.hidden} units wide, d = {ablations.d}, trained on"
    " fresh points."
)
PART = "robust"
_ONE = 1.0  # one percent of |cos θ1| for each of ‖e‖


@claim(
    "question-robust",
    paper="OQ",
    place="Robust training",
    statement="Training that makes networks robust does so by undoing compression: for each"
    " percent that ‖e‖ grows by, |cos θ1| grows by one.",
    statistic="slope of the change of log |cos θ1| on that of log ‖e‖, against plain training of"
    " the same run, over all methods and strengths",
    # As wide a band as for what counts as superimposed in [FO].
    rule=Between(0.8, 1.25, shown="1"),
    reads={"rows": TABLE.at("results/tables/ablations_robust.parquet")},
)
def robust_training_undoes_compression(rows: pd.DataFrame) -> Measured | Untested:
    """Take the slope."""
    most = pick(rows, "change_norm").dropna(subset=["estimate"])
    if most.empty:
        return Untested("no network has learned its task")
    best = most.iloc[int(most["estimate"].argmax())]
    price = 100 * value_of(rows, "price")
    single, rest = value_of(rows, "exchange_median"), value_of(rows, "exchange_rest")
    weight = 100 * value_of(rows, "heaviest")
    note = (
        f"Median of single matrices' slopes: {number(single)}. One matrix has {number(weight)} % of"
        f" the weight; without it the slope is {number(rest)}. log ‖e‖ grows most with"
        f" {best['series']}, by {number(best['estimate'])}. Doubling ‖e‖ changes accuracy by"
        f" {number(0.6931 * price)} points."
    )
    slope = total_row(rows, "exchange")
    if slope is not None and not slope["low"] <= _ONE <= slope["high"]:
        note = f"The interval excludes {_ONE:g}. {note}"
    return measured(rows, "exchange", note=note)
