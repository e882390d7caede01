"""Figure 3, and figures of every pair: ‖e‖ against predictions, and cos θ_γ along the paths."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fcflow.experiments.images.averages import STATISTICS
from fcflow.experiments.images.chance import word_of_chance
from fcflow.experiments.images.columns import ATTACKS, CURVES, EXPERIMENTS, NETWORKS, SHOWN
from fcflow.experiments.images.drawing import draw_paths, draw_scatter, shortest_within_box, show
from fcflow.experiments.images.path_table import path_rows
from fcflow.paper.figure import figure
from fcflow.paper.style import BLACK


@figure(
    "figure3",
    reads={
        "experiments": EXPERIMENTS.at("results/mnist/experiments.parquet"),
        "attacks": ATTACKS.at("results/mnist/attacks.parquet"),
        "networks": NETWORKS.at("results/mnist/networks.parquet"),
        "images": SHOWN.at("results/mnist/shown.safetensors"),
    },
    label="Figure 3",
    shows="sevens, blocked and perturbed",
    caption="The sevens of Table 5: clean, blocked, with the shortest perturbation found that lifts"
    " 1 over 7 and keeps pixels in [0, 1], and that perturbation alone (grey is zero, black and"
    " white are its largest entries). The digit after a norm is the network's answer, which may be"
    " a third one.",
)
def figure3(
    experiments: pd.DataFrame,
    attacks: pd.DataFrame,
    networks: pd.DataFrame,
    images: dict[str, NDArray[Any]],
) -> Figure:
    """Draw each pair in the tables as it is, blocked, perturbed, and the perturbation alone."""
    shown = experiments[experiments["place"] > 0].sort_values("place")
    drawn = Figure(figsize=(max(4.0, 1.35 * len(shown)), 6.3))
    if warning := word_of_chance(networks) or ("" if len(shown) else "NO PAIR"):
        drawn.suptitle(warning, fontsize=8)
    if shown.empty:
        return drawn
    grid = drawn.subplots(4, len(shown), squeeze=False)
    rows = ("clean, x1", "blocked, x2", "perturbed", "perturbation")
    for axes, name in zip(grid[:, 0], rows, strict=True):
        axes.set_ylabel(name)
    for number, (_, pair) in enumerate(shown.iterrows()):
        x1, x2 = images["x1"][number] / 255, images["x2"][number] / 255
        column, delta = grid[:, number], images["delta"][number]
        show(column[0], x1, f"{pair['name1']}: {pair['class1']}")
        show(column[1], x2, f"‖x1 − x2‖ = {pair['distance']:.2f}: {pair['class2']}")
        if np.isnan(pair["least_boxed"]):
            for axes in column[2:]:
                show(axes, np.zeros_like(x1), "none found")
            continue
        answer = shortest_within_box(attacks, pair).get("predicted_name", "?")
        reach = float(np.abs(delta).max())
        show(column[2], x1 + delta, f"‖e‖ = {np.linalg.norm(delta):.2f}: {answer}")
        show(column[3], delta, f"±{reach:.2f}", reach=reach)
    return drawn


@figure(
    "mnist_scatter",
    reads={
        "experiments": EXPERIMENTS.at("results/mnist/experiments.parquet"),
        "attacks": ATTACKS.at("results/mnist/attacks.parquet"),
        "statistics": STATISTICS.at("results/tables/mnist.parquet"),
        "networks": NETWORKS.at("results/mnist/networks.parquet"),
    },
    label="Table 5 in full",
    shows="‖e‖ against |cos θ| and |D̃|",
    caption="The least perturbation of every pair: over half the distance against |cos θ|, and"
    " itself against |D̃|. The solid lines are equality, the dashed one what a linear gap gives"
    " where x2 lies on the boundary.",
)
def mnist_scatter(
    experiments: pd.DataFrame,
    attacks: pd.DataFrame,
    statistics: pd.DataFrame,
    networks: pd.DataFrame,
) -> Figure:
    """Draw the least ‖e‖ of every pair against what compression predicts."""
    return draw_scatter(experiments, attacks, statistics, networks)


@figure(
    "mnist_paths",
    reads={
        "curves": CURVES.at("results/mnist/curves.parquet"),
        "experiments": EXPERIMENTS.at("results/mnist/experiments.parquet"),
        "networks": NETWORKS.at("results/mnist/networks.parquet"),
    },
    label="Table 6 in full",
    shows="cos θ along every path",
    caption="The cosine of Table 6 for every pair; the pairs of the table in colour, the mean over"
    " all in black.",
)
def mnist_paths(curves: pd.DataFrame, experiments: pd.DataFrame, networks: pd.DataFrame) -> Figure:
    """Draw cos θ_γ along every pair's path, and the mean over all."""
    rows = path_rows(curves, experiments)
    drawn = Figure(figsize=(6.2, 4.0))
    axes = drawn.subplots()
    draw_paths(axes, rows, lambda pair: f"pair {pair['place']}")
    mean = rows.groupby("gamma")["cos_theta"].mean()
    label = f"mean of {len(experiments)} pairs"
    axes.plot(mean.index, mean, color=BLACK, linewidth=2.4, label=label, zorder=3)
    axes.axhline(0, color=BLACK, linewidth=0.6)
    axes.set(xlabel="γ, from x1 to x2", ylabel="cos θ", title=word_of_chance(networks))
    axes.legend(fontsize=8, ncols=2)
    return drawn
