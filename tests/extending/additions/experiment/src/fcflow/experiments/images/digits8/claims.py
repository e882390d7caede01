"""What is claimed of the digits."""

import pandas as pd

from fcflow.experiments.images.pair_table import PAIR_TABLE
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured
from fcflow.paper.claims.rules import Below
from fcflow.stats import mean_estimate


@claim(
    "digits8-short",
    place="Digits of 8 × 8 pixels",
    statement="Perturbations are shorter than half the distance.",
    statistic="average of the shortest ‖e‖ over half the distance",
    rule=Below(1.0, 2.0),
    reads={"rows": PAIR_TABLE.at("results/tables/digits8.parquet")},
)
def perturbations_are_short(rows: pd.DataFrame, *, resamples: int, level: float) -> Measured:
    """Average over pairs."""
    ratio = rows.loc[rows["attack"] == "least", "ratio"].dropna()
    return Measured(mean_estimate(ratio, resamples=resamples, level=level))
