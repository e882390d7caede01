"""When compression comes about."""

import pandas as pd

from fcflow.experiments.ablations.training.columns import TABLE
from fcflow.experiments.vulnerability.totals import measured, value_of
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, Untested
from fcflow.paper.claims.rules import Above
from fcflow.paper.numbers import number, plain

SAMPLE = "ablations of training"
FIXED = "2026-11-26, after quick runs (7593e8d)"
DIFFERS = (
    "Not in the papers, which look at trained networks. Networks are {ablations.hidden} units wide,"
    " d = {ablations.d}, trained on fresh points. The statement, not its rule, was worded"
    " anew after the numbers were known."
)
PART = "film"


@claim(
    "question-training",
    paper="OQ",
    place="Training",
    statement="|cos θ1| of ReLU networks rises to a peak in training, and then falls.",
    statistic="mean |cos θ1| at the step at which it is largest, minus that at the end of training,"
    " over ReLU networks that have learned in the end",
    # Random directions differ from φ by as much as φ differs between matrices, a few tenths.
    rule=Above(0.05, loosely=0.0),
    reads={"rows": TABLE.at("results/tables/ablations_training.parquet")},
)
def networks_compress_as_they_learn(rows: pd.DataFrame) -> Measured | Untested:
    """Take the fall from the largest average."""
    peak = value_of(rows, "peak", "relu")
    change = value_of(rows, "change", "relu")
    note = f"Largest after {plain(peak)} steps; from first to last it changes by {number(change)}."
    return measured(rows, "fall", "relu", note)
