"""What training that makes networks robust exchanges, drawn."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from fcflow.experiments.ablations.columns import NETWORKS
from fcflow.experiments.ablations.drawing import LOOKS, draw_cells, nothing_learned, plain_log_axes
from fcflow.experiments.ablations.naming import VALUES
from fcflow.experiments.ablations.robust.changes import changes
from fcflow.experiments.ablations.robust.columns import TABLE
from fcflow.experiments.ablations.robust.seen import seen
from fcflow.paper.figure import figure
from fcflow.paper.style import BLACK, GREY, headline


@figure(
    "ablations_robust",
    reads={
        "networks": NETWORKS.at("results/ablations/networks.parquet"),
        "rows": TABLE.at("results/tables/ablations_robust.parquet"),
    },
    label="Robust training",
    shows="|cos θ1| and accuracy against ‖e‖",
    caption="Networks trained to be robust beside the plainly trained ones of the same matrix and"
    " initial weights, those that have learned. Left: by how much |cos θ1| and the least"
    " perturbation change, small marks a network, large ones the mean of a method and strength; on"
    " the line compression is undone by as much as ‖e‖ grows; how much on average, networks that"
    " change most decide. Right: the change of accuracy on"
    " fresh points, over all networks, with the marks of the methods. Numbers are strengths: sizes"
    " of perturbations as shares of ‖a‖, of weight decay its factor. In brackets: networks.",
)
def ablations_robust(networks: pd.DataFrame, rows: pd.DataFrame) -> Figure:
    """Draw what each method changes."""
    own = changes(networks)
    own = own[own["both_learned"]]
    drawn = Figure(figsize=(9.6, 4.6))
    left, right = drawn.subplots(1, 2, width_ratios=(1.25, 1))
    if own.empty:
        nothing_learned(left)
        return drawn
    _scatter(left, own)
    draw_cells(right, rows, "change_accuracy", color=GREY)
    right.axvline(0, color=BLACK, linewidth=0.8)
    _mark(right, rows)
    right.set(xlabel="change of accuracy")
    right.xaxis.set_major_locator(MaxNLocator(4))
    headline(drawn, seen(rows))
    return drawn


def _mark(axes: Axes, rows: pd.DataFrame) -> None:
    """Give each line the mark and colour of its method, by which the other panel is read."""
    own = rows[(rows["quantity"] == "change_accuracy") & rows["estimate"].notna()]
    looks = {words: LOOKS[name] for name, words in VALUES["method"].items()}
    names = zip(own["series"], own["estimate"], axes.get_yticklabels(), strict=True)
    for place, (series, value, label) in enumerate(names):
        color, marker = looks[str(series).rpartition(" ")[0]]
        axes.plot([value], [-place], color=color, marker=marker, markersize=7, zorder=3)
        label.set_color(color)


def _scatter(axes: Axes, own: pd.DataFrame) -> None:
    x, y = np.exp(own["change_norm"]), np.exp(own["change_cosine"])
    ends = np.array([min(x.min(), y.min()), max(x.max(), y.max())])
    axes.plot(ends, ends, color=GREY, linewidth=0.8)
    axes.axhline(1, color=BLACK, linewidth=0.6)
    axes.axvline(1, color=BLACK, linewidth=0.6)
    for method, part in own.groupby("method", sort=False):
        color, marker = LOOKS[str(method)]
        look: dict[str, Any] = {"s": 9, "alpha": 0.45, "linewidths": 0}
        axes.scatter(x[part.index], y[part.index], color=color, marker=marker, **look)
        for _, cell in part.groupby("strength"):
            at = float(np.exp(cell["change_norm"].mean()))
            height = float(np.exp(cell["change_cosine"].mean()))
            axes.scatter([at], [height], color=color, marker=marker, s=55, edgecolors="white")
    plain_log_axes(axes)
    axes.set(
        xlabel="‖e‖ over that of plain training", ylabel="|cos θ₁| over that of plain training"
    )
