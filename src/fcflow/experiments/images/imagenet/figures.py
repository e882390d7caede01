"""Figures 4 to 6: the images of the pairs, what perturbs them, and |cos θ_γ| along the paths."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fcflow.experiments.images.averages import STATISTICS
from fcflow.experiments.images.columns import ATTACKS, EXPERIMENTS, NETWORKS, SHOWN
from fcflow.experiments.images.drawing import draw_paths, draw_scatter, shortest_within_box, show
from fcflow.experiments.images.path_table import PATH_TABLE
from fcflow.paper.figure import figure
from fcflow.paper.style import BLACK

_MAGNIFIED = 10  # perturbations of a few 255ths would be a grey image
_SIDE = 1.75  # of an image, in inches


@figure(
    "figure4",
    reads={
        "experiments": EXPERIMENTS.at("results/imagenet/experiments.parquet"),
        "attacks": ATTACKS.at("results/imagenet/attacks.parquet"),
        "images": SHOWN.at("results/imagenet/shown.safetensors"),
    },
    label="Figure 4",
    shows="images and perturbations",
    caption="The first image of each pair, the same image perturbed so that the logit of the other"
    " image's class exceeds that of its own, and the perturbation ten times as strong around grey.",
)
def figure4(
    experiments: pd.DataFrame, attacks: pd.DataFrame, images: dict[str, NDArray[Any]]
) -> Figure:
    """Draw the first images of the pairs shown, perturbed, and the perturbations magnified."""
    shown = experiments[experiments["place"] > 0].sort_values("place")
    if shown.empty:
        return _nothing()
    drawn = Figure(figsize=(3 * _SIDE, (_SIDE + 0.45) * len(shown)))
    grid = drawn.subplots(len(shown), 3, squeeze=False)
    for number, (_, pair) in enumerate(shown.iterrows()):
        x, delta = images["x1"][number] / 255, images["delta"][number]
        answer, below = "no perturbation found", ""
        if best := shortest_within_box(attacks, pair):
            answer = f"answer: {best['predicted_name']}"
            below = f"‖e‖ = {best['norm']:.3f} ({best['attack']})"
        magnified = 0.5 + _MAGNIFIED * delta
        half = f"half distance {pair['half_distance']:.1f}"
        axes = grid[number]
        show(axes[0], x, half, f"{pair['place']}. {pair['class1']}")
        show(axes[1], x + delta, answer, f"{pair['class2']} over {pair['class1']}")
        show(axes[2], magnified, below, f"perturbation × {_MAGNIFIED}")
        _without_frames(axes)
    return drawn


@figure(
    "figure5",
    reads={
        "experiments": EXPERIMENTS.at("results/imagenet/experiments.parquet"),
        "images": SHOWN.at("results/imagenet/shown.safetensors"),
    },
    label="Figure 5",
    shows="the other images of the pairs",
    caption="The second image of each pair, and the difference between the two images around grey:"
    " the direction whose share in the gradient Table 7 gives.",
)
def figure5(experiments: pd.DataFrame, images: dict[str, NDArray[Any]]) -> Figure:
    """Draw the second images of the pairs shown, and the feature directions x1 − x2."""
    shown = experiments[experiments["place"] > 0].sort_values("place")
    if shown.empty:
        return _nothing()
    drawn = Figure(figsize=(_SIDE * len(shown), 2 * (_SIDE + 0.45)))
    grid = drawn.subplots(2, len(shown), squeeze=False)
    for number, (_, pair) in enumerate(shown.iterrows()):
        x1, x2 = images["x1"][number] / 255, images["x2"][number] / 255
        upper, lower = grid[:, number]
        way = "closest" if pair["closest"] else "as asked for"
        show(upper, x2, way, f"{pair['place']}. {pair['class2']}")
        length = f"‖x1 − x2‖ = {pair['distance']:.1f}"
        show(lower, 0.5 + (x1 - x2) / 2, length, "x1 − x2, halved")
        _without_frames([upper, lower])
    return drawn


@figure(
    "figure6",
    reads={"table": PATH_TABLE.at("results/tables/table7.parquet")},
    label="Figure 6",
    shows="|cos θ| against γ",
    caption="The size of the cosine of Table 7 against the place on the path. Grey: the pairs that"
    " no table shows. Dotted: what a direction drawn at random has on average.",
)
def figure6(table: pd.DataFrame, *, image_size: int) -> Figure:
    """Draw |cos θ_γ| of every pair against γ."""
    drawn = Figure(figsize=(6.2, 3.8))
    axes = drawn.subplots()
    draw_paths(
        axes, table, lambda pair: f"{pair['place']}. {pair['class1']} → {pair['class2']}", size=True
    )
    chance = float(np.sqrt(2 / np.pi / (3 * image_size**2)))
    look: dict[str, Any] = {"color": BLACK, "linewidth": 1, "linestyle": (0, (1, 1)), "zorder": 3}
    axes.axhline(chance, label="mean of a random direction", **look)
    axes.set(xlabel="γ", ylabel="|cos θ| at x1 + γ (x2 − x1)", ylim=(0, None))
    axes.legend(fontsize=7.5, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return drawn


@figure(
    "imagenet_scatter",
    reads={
        "experiments": EXPERIMENTS.at("results/imagenet/experiments.parquet"),
        "attacks": ATTACKS.at("results/imagenet/attacks.parquet"),
        "statistics": STATISTICS.at("results/tables/imagenet.parquet"),
        "networks": NETWORKS.at("results/imagenet/networks.parquet"),
    },
    label="Table 8 in full",
    shows="‖e‖ against |cos θ| and |D̃|",
    caption="The least perturbation of every pair: over half the distance against |cos θ|, and"
    " itself against |D̃|. The solid lines are equality, the dashed one what a linear gap gives"
    " where x2 lies on the boundary.",
)
def imagenet_scatter(
    experiments: pd.DataFrame,
    attacks: pd.DataFrame,
    statistics: pd.DataFrame,
    networks: pd.DataFrame,
) -> Figure:
    """Draw the least ‖e‖ of every pair against what compression predicts."""
    return draw_scatter(experiments, attacks, statistics, networks)


def _without_frames(row: Any) -> None:
    for axes in row:
        axes.spines[:].set_visible(False)


def _nothing() -> Figure:
    drawn = Figure(figsize=(4, 1))
    drawn.text(0.5, 0.5, "no pair of correctly classified images", ha="center", va="center")
    return drawn
