"""What the paper says in Theorem 4."""

import pandas as pd

from fcflow.experiments.theory.rows import pick, pooled
from fcflow.experiments.theory.theorem4.columns import TABLE
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, estimate_of
from fcflow.paper.claims.rules import Below, Conditions

FIXED = "2026-11-21, after (f1a6e47)"


@claim(
    "theorem4-distances",
    place="Theorem 4, first claim",
    statement="Points from Gaussian layers keep a least distance of (1 − ε)√(2d).",
    statistic="least distance over √(2d), mean at the largest d, the smallest of all settings",
    rule=Conditions(
        "it rises from the first to the last d in every setting and ends above 0.8",
        shown="→ 1",
        deviation="it rises",
    ),
    reads={"rows": TABLE.at("results/tables/theorem4.parquet")},
)
def layered_distances(rows: pd.DataFrame) -> Measured:
    """Follow the least distance over √(2d) in every setting."""
    shares = [pick(rows, "concentration", name) for name in sorted(set(rows["series"]))]
    rises = all(share["estimate"].iloc[-1] > share["estimate"].iloc[0] for share in shares)
    worst = min((share.iloc[-1] for share in shares), key=lambda last: last["estimate"])
    layers, _, widening = str(worst["series"]).partition(", ×")
    note = (
        f"At d = {worst['at']:g}, with {layers} layers, each {widening} times as wide as the one"
        " before."
    )
    return Measured(estimate_of(worst), note, held=rises and worst["estimate"] >= 0.8, close=rises)


@claim(
    "theorem4-norm",
    place="Theorem 4, second claim",
    statement="Behind Gaussian layers too, a perturbation bounded by a constant independent of d"
    " flips the network.",
    statistic="exponent of d in the mean of ‖e‖, the largest of all settings",
    rule=Below(
        0.05,
        loosely=0.1,
        shown="≤ 0",
        provided="so does every other setting's, and every network is flipped",
    ),
    reads={"rows": TABLE.at("results/tables/theorem4.parquet")},
)
def layered_norm_is_bounded(rows: pd.DataFrame, *, level: float) -> Measured:
    """Take the largest of the settings' exponents."""
    slopes = pick(rows, "norm_exponent")
    largest = slopes.sort_values("estimate").iloc[-1]
    flipped = pooled(rows, "flipped", level).value == 1.0
    note = (
        f"{len(slopes)} settings of layers and widths. With square layers ‖e‖ falls with d, to"
        f" d^{slopes['estimate'].min():.2f} at the steepest: the theorem's constant is then"
        " generous."
    )
    return Measured(
        estimate_of(largest),
        note if flipped else "a network was not flipped",
        held=flipped and bool((slopes["high"] <= 0.05).all()),
        close=flipped,
    )
