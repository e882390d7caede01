"""Compression on data that are not Gaussian, drawn."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fcflow.experiments.ablations.cells import trained
from fcflow.experiments.ablations.columns import NETWORKS
from fcflow.experiments.ablations.data.columns import TABLE
from fcflow.experiments.ablations.data.seen import LIMIT, seen
from fcflow.experiments.ablations.data.tables import STUDIES
from fcflow.experiments.ablations.drawing import LOOKS, draw_cells, nothing_learned
from fcflow.experiments.ablations.naming import VALUES
from fcflow.paper.figure import figure
from fcflow.paper.style import BLACK, GREY, headline


@figure(
    "ablations_data",
    reads={
        "networks": NETWORKS.at("results/ablations/networks.parquet"),
        "rows": TABLE.at("results/tables/ablations_data.parquet"),
    },
    label="Data that are not Gaussian",
    shows="|cos θ1| against φ, and their distance for each kind of data",
    caption="Left: |cos θ1| of each network that has learned its task against φ of its matrix, for"
    " all kinds of data; on the line they are equal. Right: the mean distance of the two for each"
    " kind, with its interval, over the matrices A on which all networks of its study have"
    " learned, whose number is in brackets. The shaded band is what counts as equal; an interval"
    " that reaches both sides of its edge decides nothing. Entries, Gaussian and others, are those"
    " of the matrix A; they differ in the upper rows, each with matrices of its own, which linear"
    " and ReLU networks share. In the lower ones, another study, the points are off the"
    " hypercube's corners; all of these, corners beside them, are on the same matrices.",
)
def ablations_data(networks: pd.DataFrame, rows: pd.DataFrame) -> Figure:
    """Draw every network, and each kind of data."""
    own = trained(networks, *STUDIES)
    own = own[own["learned"]]
    drawn = Figure(figsize=(9.6, 5.8))
    left, right = drawn.subplots(1, 2, width_ratios=(1, 1.15))
    if own.empty:
        nothing_learned(left)
        return drawn
    _scatter(left, own)
    draw_cells(right, rows, "deviation")
    right.axvspan(0, LIMIT, color=BLACK, alpha=0.08, linewidth=0)
    right.set_xlim(left=0)
    right.set(xlabel=f"mean | |cos θ₁| − φ | (shaded: within {LIMIT:g})", title="each kind of data")
    headline(drawn, seen(rows))
    return drawn


def _scatter(axes: Axes, own: pd.DataFrame) -> None:
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
    for activation, part in own.groupby("activation", sort=False):
        color, marker = LOOKS[str(activation)]
        look: dict[str, Any] = {"s": 12, "alpha": 0.6, "linewidths": 0}
        axes.scatter(part["phi"], part["cos_theta"], color=color, marker=marker, **look)
        middle = part.iloc[int(np.argmax(part["cos_theta"] - part["phi"]))]
        axes.annotate(
            VALUES["activation"][str(activation)],
            (float(middle["phi"]), float(middle["cos_theta"])),
            *((6, 6),),
            textcoords="offset points",
            color=color,
            fontsize=8,
        )
    axes.set(xlabel="φ", ylabel="|cos θ₁|", title="each network", xlim=(0, 1), ylim=(0, 1.02))
