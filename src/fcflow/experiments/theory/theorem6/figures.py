"""Theorem 6 drawn: α's distribution, and both classifiers' tolerance, against d."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fcflow.experiments.theory.drawing import LOOKS, end_of, exponent_text, law, log_axes, series
from fcflow.experiments.theory.rows import pick, total
from fcflow.experiments.theory.theorem6.columns import TABLE
from fcflow.experiments.theory.theorem6.tables import scale_name
from fcflow.paper.figure import figure
from fcflow.paper.labels import Label, label_ends
from fcflow.paper.seen import trend
from fcflow.paper.style import BLACK, headline

_OF_NETWORK = 2  # the place of its look


@figure(
    "theorem6",
    reads={"rows": TABLE.at("results/tables/theorem6.parquet")},
    label="Theorem 6",
    shows="the classes' distance and the attack against d",
    caption="Two classes of 2^d points, mixed by a random matrix, all of whose columns but the last"
    " may be scaled. Left: their exact least distance over √d, over many matrices. Right: half that"
    " distance, which the optimal classifier tolerates, and the length ‖e‖ that flips the network"
    " which the theorem assumes. The exact distance takes a search that costs ever more with d, and"
    " ends earlier than ‖e‖, which takes none.",
)
def theorem6(rows: pd.DataFrame) -> Figure:
    """Draw α's distribution over d, and both tolerances against d."""
    drawn = Figure(figsize=(10.2, 3.9))
    left, right = drawn.subplots(1, 2)
    names = sorted(name for name in rows["series"].unique() if name)
    _distances(left, rows, names)
    ends = []
    for place, name in enumerate(names):
        half = pick(rows, "class_distance", name)
        half[["estimate", "low", "high"]] /= 2
        series(right, half, place, None)
        exponent = exponent_text(rows, "class_distance", name)
        ends.append(end_of(half, place, f"optimal, {scale_name(name)}\n{exponent}"))
    norm = pick(rows, "norm")
    law(right, norm["at"], norm["expected"], linestyle=":")
    series(right, norm, _OF_NETWORK, None)
    exponent = exponent_text(rows, "norm")
    ends.append(end_of(norm, _OF_NETWORK, f"network, mean ‖e‖\n{exponent}"))
    last = norm.sort_values("at").iloc[-1]
    ends.append(Label("√(2/π), exact", float(last["at"]), float(last["expected"]), BLACK))
    log_axes(right, "length, mean over matrices")
    label_ends(right, ends)
    right.set_title("What each classifier tolerates")
    headline(drawn, _seen(rows, names))
    return drawn


def _distances(axes: Axes, rows: pd.DataFrame, names: list[str]) -> None:
    ends = []
    for place, name in enumerate(names):
        low, high = pick(rows, "alpha_q0.05", name), pick(rows, "alpha_q0.95", name)
        look: dict[str, Any] = {"color": LOOKS[place][0], "alpha": 0.12, "linewidth": 0}
        axes.fill_between(low["at"], low["estimate"], high["estimate"], **look)
        median, least = pick(rows, "alpha_q0.5", name), pick(rows, "alpha_min", name)
        series(axes, median, place, None, linestyle="-")
        # Least distances lie on bands and lines, and are drawn over both.
        series(axes, least, place, None, mfc="white", zorder=5, linestyle=":")
        ends.append(end_of(median, place, f"median, {scale_name(name)}"))
        ends.append(end_of(least, place, f"least, {scale_name(name)}"))
    top = np.nanmax([pick(rows, "alpha_q0.95", name)["estimate"].max() for name in names])
    axes.set(xlabel="dimension d", ylabel="α = distance of the classes / √d", ylim=(0, 1.05 * top))
    label_ends(axes, ends)
    axes.set_title("Bands: 5 % to 95 % of matrices")


def _seen(rows: pd.DataFrame, names: list[str]) -> str:
    network = trend(total(rows, "norm_exponent"), 0.0)
    optimal = [trend(total(rows, "class_distance_exponent", name), 0.5) for name in names]
    if network != "as the law" or not all(each in ("as the law", "grows") for each in optimal):
        return "The classes' distance and what flips the network, of random matrices"
    how = " as √d" if all(each == "as the law" for each in optimal) else ""
    return f"The classes move apart{how} as d grows, while what flips the network stays"
