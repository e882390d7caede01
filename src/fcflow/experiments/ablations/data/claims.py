"""Whether compression follows φ on data that are not Gaussian."""

import pandas as pd

from fcflow.experiments.ablations.cells import all_below, worst_cell
from fcflow.experiments.ablations.data.columns import TABLE
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, Untested, estimate_of
from fcflow.paper.claims.rules import Below
from fcflow.paper.numbers import estimate

SAMPLE = "ablations of data"
FIXED = "2026-11-26, after (b799a23)"
DIFFERS = (
    "Not in the papers: their matrices are Gaussian and their points corners. Networks are"
    " {ablations.hidden} units wide, d = {ablations.d}, trained on fresh points. The limits are"
    " from after quick runs; the matrices that kinds are compared over, corners beside other points"
    " and the condition on all kinds are from after the numbers were known."
)
PART = "data"
_LIMIT = 0.05


@claim(
    "question-data",
    paper="OQ",
    place="Data",
    statement="|cos θ1| ≈ φ whatever the distribution of A's entries, and off the hypercube's"
    " corners, in linear networks.",
    statistic="mean ||cos θ1| − φ| of linear networks, on the kind of data on which it is largest,"
    " over the matrices on which all networks of its study have learned",
    # Table 2's published average is 0.037, which the paper calls ≈.
    rule=Below(_LIMIT, loosely=0.1, provided="so do those of all other kinds"),
    reads={"rows": TABLE.at("results/tables/ablations_data.parquet")},
)
def compression_follows_phi(rows: pd.DataFrame) -> Measured | Untested:
    """Take the kind of data with the largest mean deviation."""
    worst = worst_cell(rows, "deviation", "linear")
    if worst is None:
        return Untested("no linear network has learned its task")
    bent = worst_cell(rows, "deviation", "ReLU")
    other = "" if bent is None else f" Of ReLU networks it is {estimate(bent)}, {bent['series']}."
    held = all_below(rows, "deviation", _LIMIT, "linear")
    return Measured(estimate_of(worst), f"Largest: {worst['series']}.{other}", held=held)
