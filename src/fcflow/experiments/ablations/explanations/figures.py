"""Explanations of the least perturbation, drawn."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fcflow.experiments.ablations.columns import NETWORKS
from fcflow.experiments.ablations.drawing import draw_cells, nothing_learned, plain_log_axes
from fcflow.experiments.ablations.explanations.columns import TABLE
from fcflow.experiments.ablations.explanations.prediction import explained_networks
from fcflow.experiments.ablations.explanations.seen import seen
from fcflow.experiments.ablations.explanations.tables import FACTOR_LABELS, LABELS
from fcflow.paper.figure import figure
from fcflow.paper.style import BLACK, GREEN, GREY, ORANGE, VIOLET, headline


@figure(
    "ablations_explanations",
    reads={
        "networks": NETWORKS.at("results/ablations/networks.parquet"),
        "rows": TABLE.at("results/tables/ablations_explanations.parquet"),
    },
    label="Which explanation predicts ‖e‖",
    shows="each explanation on networks held out, and the four factors' shares",
    caption="Left: the least perturbation of each network that has learned, of all studies,"
    " against what compression says it is; on the line they are equal. Upper middle: the share of"
    " the variance of log ‖e‖ that each explanation predicts on kinds of network that were held"
    " out; below 0 the mean of all predicts better. Each is one number of a network, but the last,"
    " which is compression with one more. Beside it: by how much more compression predicts, over"
    " the same networks, on a scale that is logarithmic beyond 0.1; intervals that hold 0 leave"
    " open which predicts better. Below: how the variance splits of log ‖e‖ over half the distance"
    " (half) to the point whose label alone differs. Its four factors: compression along the path;"
    " evenness, N̄/N(0), the gradient's mean length on the path over that at the point; the"
    " boundary's place, 1 where the answer changes in the middle; curvature, ‖e‖ over what a"
    " gradient that stays the same would need. In brackets: networks.",
)
def ablations_explanations(networks: pd.DataFrame, rows: pd.DataFrame) -> Figure:
    """Draw every network, shares of variance, and by how much compression is ahead."""
    own = explained_networks(networks)
    drawn = Figure(figsize=(11, 5.6))
    axes = drawn.subplot_mosaic(
        [["left", "above", "ahead"], ["left", "below", "below"]],
        height_ratios=(2, 1),
        width_ratios=(1.25, 1, 0.7),
    )
    if own.empty:
        nothing_learned(axes["left"])
        return drawn
    _scatter(axes["left"], own)
    held = rows[rows["quantity"] == "held_out"]
    # The same lines as beside, also of compression, which cannot be ahead of itself.
    ahead = rows[rows["quantity"] == "ahead"]
    ahead = held[["series", "n"]].merge(ahead.drop(columns="n"), on="series", how="left")
    ahead = ahead.assign(quantity="ahead").fillna({"estimate": np.inf})
    for place, quantity, part, names, color in (
        ("above", "held_out", held, LABELS, VIOLET),
        ("ahead", "ahead", ahead, LABELS, GREEN),
        ("below", "factor_share", rows[rows["quantity"] == "factor_share"], FACTOR_LABELS, ORANGE),
    ):
        words = [names[name].replace("_1", "₁").replace("_2", "₂") for name in part["series"]]
        draw_cells(axes[place], part.assign(series=words), quantity, group_of=_group, color=color)
        axes[place].axvline(0, color=BLACK, linewidth=0.8)
        if place != "ahead":
            axes[place].set_xlim(min(-0.1, max(-1.0, float(part["low"].min()) - 0.05)), 1.05)
    axes["ahead"].tick_params(axis="y", labelleft=False)
    # The nearest rivals are told apart near 0, the others are far away.
    axes["ahead"].set_xscale("symlog", linthresh=0.1)
    axes["ahead"].set_xticks([0, 0.05, 0.1, 0.3, 1], ["0", "0.05", "0.1", "0.3", "1"], fontsize=7.5)
    axes["ahead"].set_xticks([], minor=True)
    axes["above"].set(xlabel="share of variance of log ‖e‖, held out")
    axes["ahead"].set(xlabel="|cos θ₁|‖a‖ predicts more by")
    axes["below"].set(xlabel="share of variance of log(‖e‖/half)")
    headline(drawn, seen(rows))
    return drawn


def _group(words: str) -> str:
    """Return the heading of an explanation that is compression and one more."""
    return "compression and one more" if words.endswith("and the boundary's place") else ""


def _scatter(axes: Axes, own: pd.DataFrame) -> None:
    x, y = np.exp(own["log_compressed"]), np.exp(own["log_norm"])
    ends = np.array([min(x.min(), y.min()), max(x.max(), y.max())])
    axes.plot(ends, ends, color=GREY, linewidth=0.8)
    axes.scatter(x, y, s=9, alpha=0.5, color=VIOLET, linewidths=0)
    plain_log_axes(axes)
    axes.set(xlabel="|cos θ₁|‖a‖", ylabel="‖e‖", title=f"each of {len(own)} networks")
