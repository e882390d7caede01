"""What the paper says in Lemma 3."""

import math

import pandas as pd

from fcflow.experiments.theory.lemma3.columns import RIGHT, TABLE, WRONG
from fcflow.experiments.theory.rows import pick
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, Untested
from fcflow.paper.claims.rules import Conditions
from fcflow.stats import Estimate

FIXED = "2026-11-21, after (f1a6e47)"


@claim(
    "lemma3",
    place="Lemma 3",
    statement="In the QR decomposition of a product of Gaussian matrices R follows the law of a"
    " product of independent triangular factors.",
    statistic="tests that reject, of two-sample tests of every entry and singular value",
    rule=Conditions(
        "none rejects after Holm's adjustment while a wrong degree of freedom is rejected for every"
        " shape",
        shown="0",
    ),
    reads={"rows": TABLE.at("results/tables/lemma3.parquet")},
)
def qr_of_products(rows: pd.DataFrame) -> Measured | Untested:
    """Count the tests that reject the lemma's law, if they do reject a wrong one."""
    right, wrong = (rows[rows["series"].str.endswith(f", {law}")] for law in (RIGHT, WRONG))
    if not (pick(wrong, "rejected")["estimate"] > 0).all():
        return Untested("the tests have no power: a wrong degree of freedom passes")
    rejected, tests = (pick(right, name)["estimate"].sum() for name in ("rejected", "tests"))
    note = (
        f"{int(right['n'].max())} draws on each side; R's diagonal is taken positive, which the"
        " lemma leaves open."
    )
    estimate = Estimate(float(rejected), math.nan, math.nan, int(tests))
    return Measured(estimate, note, held=rejected == 0, close=False)
