"""Whether compression follows φ at any depth, width and activation."""

import pandas as pd

from fcflow.experiments.ablations.architecture.columns import TABLE
from fcflow.experiments.ablations.cells import all_below, worst_cell
from fcflow.experiments.theory.rows import pick
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, Untested, estimate_of
from fcflow.paper.claims.rules import Below
from fcflow.paper.numbers import estimate

SAMPLE = "ablations of architecture"
FIXED = "2026-11-26, after (b799a23)"
DIFFERS = (
    "Not in the papers, whose networks are linear, or ReLU with up to three hidden layers. d ="
    " {ablations.d}, trained on fresh points. The limits are from after quick runs; the matrices"
    " that architectures are compared over and the condition on all of them are from after the"
    " numbers were known."
)
PART = "architecture"
_LIMIT = 0.05


@claim(
    "question-architecture",
    paper="OQ",
    place="Architecture",
    statement="|cos θ1| ≈ φ at any depth, width and activation.",
    statistic="mean ||cos θ1| − φ|, of the depth, width or activation for which it is largest, over"
    " the matrices on which all networks of its study have learned",
    # As for data: Table 2's published average is 0.037, which the paper calls ≈.
    rule=Below(_LIMIT, loosely=0.1, provided="so do those of all other architectures"),
    reads={"rows": TABLE.at("results/tables/ablations_architecture.parquet")},
)
def compression_follows_phi(rows: pd.DataFrame) -> Measured | Untested:
    """Take the architecture with the largest mean deviation."""
    worst = worst_cell(rows, "deviation")
    if worst is None:
        return Untested("no network has learned its task")
    own = pick(rows, "deviation").dropna(subset=["estimate"])
    least = own.iloc[int(own["estimate"].argmin())]
    note = f"Largest: {worst['series']}. Least: {least['series']}, {estimate(least)}."
    held = all_below(rows, "deviation", _LIMIT)
    return Measured(estimate_of(worst), note, held=held)
