"""What the paper says in Lemma 2."""

import numpy as np
import pandas as pd

from fcflow.experiments.theory.lemma2.columns import TABLE
from fcflow.experiments.theory.rows import exact
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, Untested
from fcflow.paper.claims.rules import Conditions

FIXED = "2026-11-21, after (f1a6e47)"

# As α → 0, ln P / d approaches ½ ln α: so small an α is near that limit.
_SMALL = 0.1


@claim(
    "lemma2-bound",
    place="Lemma 2",
    statement="P(χ²_d ≤ αd) ≤ (α e^(1−α))^(d/2) for α < 1.",
    statistic="least ln(bound / P) over all d and α",
    rule=Conditions("it is not negative; exact values, no sampling", shown="≥ 0"),
    reads={"rows": TABLE.at("results/tables/lemma2.parquet")},
)
def bound_holds(rows: pd.DataFrame) -> Measured:
    """Take the least distance of the bound from the exact tail."""
    least = float(((rows["expected"] - rows["estimate"]) * rows["at"]).min())
    note = "For 0 < α < 1; at α ≤ 0 the probability is 0."
    return Measured(exact(least, len(rows)), note, held=least >= 0, close=False)


@claim(
    "lemma2-limit",
    place="Lemma 2",
    statement="ln P(χ²_d ≤ αd) / d goes to −∞ as α → 0.",
    statistic="slope of ln P / d against ln α at the largest d, α ≤ 0.1",
    rule=Conditions("it is within 0.05 of 1/2, so that ln P / d falls without bound", shown="0.5"),
    reads={"rows": TABLE.at("results/tables/lemma2.parquet")},
)
def exponent_diverges(rows: pd.DataFrame) -> Measured | Untested:
    """Fit a line through the tails of small α."""
    last = rows[(rows["at"] == rows["at"].max()) & (rows["series"].astype(float) <= _SMALL)]
    if len(last) < 2:
        return Untested("fewer than two α ≤ 0.1")
    slope = float(np.polyfit(np.log(last["series"].astype(float)), last["estimate"], 1)[0])
    return Measured(exact(slope, len(last)), held=abs(slope - 0.5) <= 0.05, close=False)
