"""What the paper says in section 5."""

import pandas as pd

from fcflow.experiments.theory.section5.columns import IDENTITY
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured
from fcflow.paper.claims.rules import Conditions
from fcflow.stats import proportion_estimate

FIXED = "2026-11-21, after (f1a6e47)"
_NETWORKS = {"linear": "linear", "relu": "ReLU", "mnist": "MNIST's", "imagenet": "ImageNet's"}


@claim(
    "section5-identity",
    place="Section 5, (8)",
    statement="The integral of ‖∇g‖ cos θ along the path between two inputs is g(x1) − g(x2).",
    statistic="share of paths, on every trained network, that agree within the quadrature's"
    " tolerance",
    rule=Conditions("at least 99 % do", shown="1", deviation="90 % do"),
    reads={"rows": IDENTITY.at("results/tables/identity.parquet")},
)
def path_integral_is_the_change(rows: pd.DataFrame, *, level: float) -> Measured:
    """Pool the paths of all networks."""
    converged, paths = int(rows["converged"].sum()), int(rows["paths"].sum())
    share = proportion_estimate(converged, paths, level=level)
    counts = rows.groupby("experiment", sort=False)[["converged", "paths"]].sum()
    listed = ", ".join(
        f"{_NETWORKS.get(str(name), name)} {row['converged']} of {row['paths']}"
        for name, row in counts.iterrows()
    )
    note = f"By networks: {listed}."
    return Measured(share, note, held=share.value >= 0.99, close=share.value >= 0.9)
