"""What the paper says in Theorem 6."""

import pandas as pd

from fcflow.experiments.theory.rows import pick, pooled, total
from fcflow.experiments.theory.theorem6.columns import TABLE
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, Untested, estimate_of
from fcflow.paper.claims.rules import Above, Always, Near

FIXED = "2026-11-21, after (f1a6e47)"


@claim(
    "theorem6-distance",
    place="Theorem 6, first claim",
    statement="Points of the two classes of a linearly transformed hypercube are at least α√d"
    " apart, for a constant α.",
    statistic="exponent of d in the exact class distance, unscaled columns, d ≥ 8",
    rule=Above(0.45, loosely=0.45, shown="≥ 0.5"),
    reads={"rows": TABLE.at("results/tables/theorem6.parquet")},
)
def classes_are_apart(rows: pd.DataFrame) -> Measured | Untested:
    """Take the exponent of unscaled columns, or of the first scale where none is unscaled."""
    names = sorted(name for name in set(rows["series"]) if name)
    name = "scale 1" if "scale 1" in names else (names or [""])[0]
    slope = pick(rows, "class_distance_exponent", name)
    if slope.empty or not slope["n"].iloc[0] > 0:
        return Untested("no class distance was decoded at two dimensions")
    least, low = pick(rows, "alpha_min", name).iloc[-1], pick(rows, "alpha_q0.05", name).iloc[-1]
    note = (
        f"At d = {least['at']:g} α is {least['estimate']:.2f} at the least of {least['n']}"
        f" matrices, {low['estimate']:.2f} at the 5 % quantile. The constant holds with high"
        " probability over A, not for every A."
    )
    return Measured(estimate_of(slope.iloc[0]), note)


@claim(
    "theorem6-flips",
    place="Theorem 6, second claim",
    statement="At every corner x of a linearly transformed hypercube, moving x by 2|R_dd| along"
    " Q[:, d] exchanges the network's outputs.",
    statistic="share of points flipped, all d",
    rule=Always("every point is flipped"),
    reads={"rows": TABLE.at("results/tables/theorem6.parquet")},
)
def every_point_is_flipped(rows: pd.DataFrame, *, level: float) -> Measured:
    """Pool the shares of points flipped."""
    return Measured(pooled(rows, "flipped", level), "Half of it, |R_dd|, reaches the boundary.")


@claim(
    "theorem6-norm",
    place="Theorem 6, second claim",
    statement="The norm of the perturbation that exchanges a network's outputs at every corner of a"
    " linearly transformed hypercube is bounded by a constant independent of d.",
    statistic="exponent of d in the mean of |R_dd|",
    rule=Near(0.0, within=0.05),
    reads={"rows": TABLE.at("results/tables/theorem6.parquet")},
)
def norm_is_bounded(rows: pd.DataFrame) -> Measured:
    """Take the fitted exponent."""
    note = "|R_dd| follows the law of |N(0, 1)| at every d; printed as 2R_dd, which needs |R_dd|."
    return Measured(estimate_of(total(rows, "norm_exponent")), note)
