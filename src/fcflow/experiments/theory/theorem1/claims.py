"""What the paper says in Theorem 1, its proof and its remarks."""

import numpy as np
import pandas as pd

from fcflow.experiments.theory.rows import pick, pooled, total
from fcflow.experiments.theory.theorem1.columns import ROUNDINGS, TABLE
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, estimate_of
from fcflow.paper.claims.rules import Always, Conditions, Near

FIXED = "2026-11-21, after (f1a6e47)"

_ORTHONORMAL = (
    "H1ᵀH1 = I is printed with m × m, which an H1 [m, d] has for m = d alone; checked with"
    " orthonormal columns, H1ᵀH1 = I of size d × d, for which f(x) = X⁻¹x whatever m."
)
# From this dimension on the least distance rises with d; see its exact law.
_LOW = 16


@claim(
    "theorem1-distances",
    place="Theorem 1, first claim",
    statement="The least distance between d Gaussian points is at least (1 − ε)√(2d) with high"
    " probability.",
    statistic="mean of the least distance over √(2d) at the largest d",
    rule=Conditions(
        "it rises with d from d = 16 on and at the largest d all draws satisfy the bound for every"
        " ε tried",
        shown="→ 1",
        deviation="it rises, and they do for some ε",
    ),
    reads={"rows": TABLE.at("results/tables/theorem1.parquet")},
)
def distances_concentrate(rows: pd.DataFrame) -> Measured:
    """Follow the least distance over √(2d), and count the draws that keep to each ε."""
    shares = pick(rows, "concentration")
    rises = bool((np.diff(shares.loc[shares["at"] >= _LOW, "estimate"]) > 0).all())
    last = shares.iloc[-1]
    apart = rows[rows["quantity"].str.startswith("apart_") & (rows["at"] == last["at"])]
    epsilons = [name.removeprefix("apart_") for name in apart["quantity"]]
    kept = apart["estimate"] == 1.0
    note = (
        f"At d = {last['at']:g}, for ε = {', '.join(epsilons)}. “For every ε” means for each fixed"
        " ε as d grows: at any d a small enough ε fails."
    )
    return Measured(
        estimate_of(last), note, held=rises and bool(kept.all()), close=rises and bool(kept.any())
    )


@claim(
    "theorem1-optimal",
    place="Theorem 1, first claim",
    statement="The minimum-distance classifier of d Gaussian points tolerates perturbations of the"
    " order of √(2d)/2.",
    statistic="exponent of d in half the least distance, d ≥ 16",
    rule=Near(0.5, within=0.15),
    reads={"rows": TABLE.at("results/tables/theorem1.parquet")},
)
def optimal_tolerance_grows(rows: pd.DataFrame) -> Measured:
    """Take the fitted exponent."""
    note = (
        "Above 1/2 at finite d: the least of d²/2 distances approaches √(2d) from below, as the"
        " exact law says."
    )
    return Measured(estimate_of(total(rows, "tolerated_exponent")), note)


@claim(
    "theorem1-flips",
    place="Theorem 1, second claim",
    statement="In a network that interpolates d Gaussian points, adding e = Q₂ e_basis to x_d makes"
    " f_(d−1) larger than f_d.",
    statistic="share of networks flipped, all d",
    rule=Always("every network is flipped and the outputs are 1 and 0 up to rounding"),
    reads={"rows": TABLE.at("results/tables/theorem1.parquet")},
)
def interpolation_is_flipped(rows: pd.DataFrame, *, level: float) -> Measured:
    """Pool the shares of networks flipped, and compare the outputs' errors with their rounding."""
    rounding = pick(rows, "rounding")["estimate"].max() <= ROUNDINGS
    note = _ORTHONORMAL if rounding else "the outputs are not 1 and 0"
    return Measured(pooled(rows, "flipped", level), note, held=rounding, close=rounding)


@claim(
    "theorem1-target",
    place="Theorem 1, proof",
    statement="The perturbation that flips a network interpolating d Gaussian points is a targeted"
    " attack: the network answers d − 1.",
    statistic="share of networks whose largest output is d − 1, at the largest d",
    rule=Always("all are, at every d", deviation="most are, at every d"),
    fixed="2026-11-26, after (94a969e)",
    reads={"rows": TABLE.at("results/tables/theorem1.parquet")},
)
def interpolation_reaches_target(rows: pd.DataFrame) -> Measured:
    """Take the share at the largest d, beside the others."""
    shares = pick(rows, "targeted")
    first, last = shares.iloc[0], shares.iloc[-1]
    reached = shares.loc[shares["estimate"] > 0.0, "at"]
    none = f", none beyond d = {reached.max():g}" if last["estimate"] == 0.0 < len(reached) else ""
    note = (
        f"Taken at d = {last['at']:g}; the share falls with d: {first['estimate']:.0%} of the"
        f" networks answer d − 1 at d = {first['at']:g}{none}. The proof fixes the last two outputs"
        " alone, and another one may be the largest; the answer changes all the same"
        " (theorem1-flips)."
    )
    everywhere = bool((shares["estimate"] == 1.0).all())
    most = bool((shares["estimate"] > 0.5).all())
    return Measured(estimate_of(last), note, held=everywhere, close=most)


@claim(
    "theorem1-norm",
    place="Theorem 1, second claim",
    statement="The norm of the perturbation that flips a network interpolating d Gaussian points is"
    " bounded by a constant independent of d.",
    statistic="exponent of d in the mean of ‖e‖, d ≥ 16",
    rule=Near(0.0, within=0.05),
    reads={"rows": TABLE.at("results/tables/theorem1.parquet")},
)
def interpolation_norm_is_bounded(rows: pd.DataFrame) -> Measured:
    """Take the fitted exponent, beside the exact 95 % quantile."""
    tail = pick(rows, "norm_q0.95")["expected"].iloc[0]
    note = (
        "The law of ‖e‖ is the same at every d ≥ 2; the constant that holds with probability 95 %"
        f" is {tail:.3f}."
    )
    return Measured(estimate_of(total(rows, "norm_exponent")), note)


@claim(
    "theorem1-ratio",
    place="Theorem 1, remark 2",
    statement="A network that interpolates d Gaussian points tolerates O(1) where the optimal"
    " classifier tolerates O(√d).",
    statistic="exponent of d in ‖e‖ over half the least distance, d ≥ 16",
    rule=Near(-0.5, within=0.15),
    reads={"rows": TABLE.at("results/tables/theorem1.parquet")},
)
def interpolation_ratio(rows: pd.DataFrame) -> Measured:
    """Take the fitted exponent."""
    note = "Steeper than −1/2 at finite d, as the least distance is still approaching √(2d)."
    return Measured(estimate_of(total(rows, "ratio_exponent")), note)
