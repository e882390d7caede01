"""Theorem 6 drawn: α's distribution, and both classifiers' tolerance, against d."""

import pandas as pd
from matplotlib.figure import Figure

from fcflow.experiments.theory.drawing import LOOKS, exponent_text, law, log_axes, series
from fcflow.experiments.theory.rows import pick
from fcflow.experiments.theory.theorem6.columns import TABLE
from fcflow.paper.figure import figure


@figure(
    "theorem6",
    reads={"rows": TABLE.at("results/tables/theorem6.parquet")},
    label="Theorem 6",
    shows="the classes' distance and the attack against d",
    caption="The exact least distance between two classes of exponentially many points, and the"
    " perturbation that flips the network which the theorem assumes: the one grows as √d, the other"
    " does not.",
)
def theorem6(rows: pd.DataFrame) -> Figure:
    """Draw α's distribution over d, and both tolerances against d."""
    drawn = Figure(figsize=(7.2, 3.6))
    left, right = drawn.subplots(1, 2)
    names = sorted(name for name in rows["series"].unique() if name)
    for place, name in enumerate(names):
        low, high = pick(rows, "alpha_q0.05", name), pick(rows, "alpha_q0.95", name)
        look = {"color": LOOKS[place][0], "alpha": 0.15, "linewidth": 0}
        left.fill_between(low["at"], low["estimate"], high["estimate"], **look)
        series(left, pick(rows, "alpha_q0.5", name), place, f"median, {name}", linestyle="-")
        series(left, pick(rows, "alpha_min", name), place, f"least, {name}", mfc="white")

        half = pick(rows, "class_distance", name)
        half[["estimate", "low", "high"]] /= 2
        exponent = exponent_text(rows, "class_distance", name)
        series(right, half, place, f"half class distance, {name}: {exponent}")
    left.set(xlabel="dimension d", ylabel="α = class distance / √d", ylim=(0, None))
    left.set_title("bands: 5 % to 95 % of matrices", fontsize=8)
    left.legend(fontsize=7, loc="lower right")

    norm = pick(rows, "norm")
    law(right, norm["at"], norm["expected"], "√(2/π), exact", linestyle=":")
    exponent = exponent_text(rows, "norm")
    series(right, norm, 3, f"network ‖e‖ = |R_dd|: {exponent}")
    log_axes(right, "perturbation that is needed, mean")
    right.legend(fontsize=6.5, loc="upper right", title="exponent of d", title_fontsize=6.5)
    right.set_ylim(top=right.get_ylim()[1] * 3)  # room for the legend
    return drawn
