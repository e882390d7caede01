"""Figures 4 to 6: the images of the pairs, what perturbs them, and |cos θ_γ| along the paths."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from fcflow.experiments.images.averages import STATISTICS
from fcflow.experiments.images.columns import ATTACKS, EXPERIMENTS, KEY, NETWORKS, SHOWN
from fcflow.experiments.images.drawing import draw_paths, draw_scatter, shortest_within_box, show
from fcflow.experiments.images.path_table import PATH_TABLE
from fcflow.paper import published
from fcflow.paper.figure import figure
from fcflow.paper.labels import Label, label_ends
from fcflow.paper.numbers import number, plain
from fcflow.paper.style import BLACK, headline

_FILLED = 0.999  # of a perturbation's entries fill the range of pixels, the others are cut off
# What the paper calls small where its numbers survive: the mean of Table 3.
_SMALL = published.TABLE3_MEAN[0]
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
    caption="The first image of each pair; the same image with the shortest perturbation e found"
    " that puts the other image's class ahead: the network's output for it becomes larger than that"
    " for the image's own class, which may leave a third class as the answer; and that perturbation"
    " alone, made stronger by the factor above it, around grey. A perturbation that only has to"
    " change the answer, to whatever class, may be shorter still.",
)
def figure4(
    experiments: pd.DataFrame, attacks: pd.DataFrame, images: dict[str, NDArray[Any]]
) -> Figure:
    """Draw the first images of the pairs shown, perturbed, and the perturbations magnified."""
    shown = experiments[experiments["place"] > 0].sort_values("place")
    if shown.empty:
        return _nothing()
    drawn = Figure(figsize=(3 * _SIDE, (_SIDE + 0.75) * len(shown) + 0.8))
    grid = drawn.subplots(len(shown), 3, squeeze=False)
    for i, (_, pair) in enumerate(shown.iterrows()):
        x, delta = images["x1"][i] / 255, images["delta"][i]
        answer, below = "no perturbation found", ""
        if best := shortest_within_box(attacks, pair):
            answer = f"answer: {best['predicted_name']}"
            third = best["predicted_name"] not in (pair["class1"], pair["class2"])
            answer += "\n(a third class)" * third
            below = f"‖e‖ = {number(best['norm'])}"
        factor = _magnification(delta)
        half = f"half the distance: {pair['half_distance']:.1f}"
        axes = grid[i]
        show(axes[0], x, half, f"{pair['place']}. {pair['class1']}")
        ahead = f"perturbed: {pair['class2']}\nahead of {pair['class1']}"
        show(axes[1], x + delta, answer, ahead)
        show(axes[2], 0.5 + factor * delta, below, f"perturbation × {factor}")
        _without_frames(axes)
    headline(drawn, _seen(experiments, attacks))
    return drawn


def _magnification(delta: NDArray[Any]) -> int:
    """Return the factor with which nearly all of a perturbation fills the range of pixels."""
    largest = float(np.quantile(np.abs(delta), _FILLED))
    return max(1, round(0.5 / largest)) if largest > 0 else 1


def _seen(pairs: pd.DataFrame, attacks: pd.DataFrame) -> str:
    """Return how short perturbations are to either end, in percent of half the distance."""
    norms = pairs["least_boxed"]
    ahead = _in_percent(pairs, norms, " of half the distance to the other image")
    if not ahead:
        return "Images and their perturbations"
    answer = _in_percent(pairs, _any_other_answer(pairs, attacks))
    other = f"; any other answer needs {answer}" if answer else ""
    return (
        f"In these {_shown_with(pairs, norms)}, on average {ahead} is enough to put its class"
        f" ahead{other}"
    )


def _in_percent(pairs: pd.DataFrame, norms: "pd.Series[float]", of: str = "") -> str:
    """Return the mean of norms over half the distance, of the pairs shown, and of all if more."""
    shares = 100 * norms / pairs["half_distance"]
    shown = shares[pairs["place"] > 0].dropna()
    if shown.empty:
        return ""
    every = f" (all {shares.count()}: {number(shares.mean(), digits=2)} %)"
    every *= len(shown) < int(shares.count())
    return f"{number(shown.mean(), digits=2)} %{of}{every}"


def _shown_with(pairs: pd.DataFrame, norms: "pd.Series[float]") -> int:
    """Return how many of the pairs shown have a perturbation."""
    return int(norms[pairs["place"] > 0].count())


def _any_other_answer(pairs: pd.DataFrame, attacks: pd.DataFrame) -> "pd.Series[float]":
    """Return each pair's shortest perturbation in the box after which the answer is another."""
    changed = attacks[attacks["argmax_changed"] & attacks["box"]]
    norms = changed.groupby(KEY)["norm"].min()
    found = norms.reindex(pd.MultiIndex.from_frame(pairs[KEY]))
    return pd.Series(found.to_numpy(), index=pairs.index)


@figure(
    "figure5",
    reads={
        "experiments": EXPERIMENTS.at("results/imagenet/experiments.parquet"),
        "images": SHOWN.at("results/imagenet/shown.safetensors"),
    },
    label="Figure 5",
    shows="the other images of the pairs",
    caption="The second image of each pair, nearest to the first among those of another class"
    " unless it was chosen; and half of the difference between both images around grey: the"
    " direction along which Table 7 asks how much the network looks.",
)
def figure5(experiments: pd.DataFrame, images: dict[str, NDArray[Any]]) -> Figure:
    """Draw the second images of the pairs shown, and the feature directions x1 − x2."""
    shown = experiments[experiments["place"] > 0].sort_values("place")
    if shown.empty:
        return _nothing()
    drawn = Figure(figsize=(_SIDE * len(shown), 2 * (_SIDE + 0.6) + 0.7))
    grid = drawn.subplots(2, len(shown), squeeze=False)
    for i, (_, pair) in enumerate(shown.iterrows()):
        x1, x2 = images["x1"][i] / 255, images["x2"][i] / 255
        upper, lower = grid[:, i]
        way = "nearest of another class" if pair["closest"] else "chosen"
        show(upper, x2, way, f"{pair['place']}. {pair['class2']}")
        length = f"‖x₁ − x₂‖ = {pair['distance']:.1f}"
        show(lower, 0.5 + (x1 - x2) / 2, length, "(x₁ − x₂) / 2, around grey")
        _without_frames([upper, lower])
    headline(drawn, _seen_of_distances(experiments))
    return drawn


def _seen_of_distances(pairs: pd.DataFrame) -> str:
    """Return how far perturbations reach on the way to the other images, as Figure 4 does."""
    norms = pairs["least_boxed"]
    ahead = _in_percent(pairs, norms, " of half the way to it")
    if not ahead:
        return "The other images of the pairs"
    return (
        f"In these {_shown_with(pairs, norms)}, the perturbation that puts the other image's class"
        f" ahead is on average {ahead}"
    )


@figure(
    "figure6",
    reads={"table": PATH_TABLE.at("results/tables/table7.parquet")},
    label="Figure 6",
    shows="|cos θ| against γ",
    caption="How much the network looks along the difference of two photographs, |cos θ|, at each"
    " place γ of the path from one (0) to the other (1). Where cos θ changes its sign, |cos θ|"
    " passes through zero, and a line may leave the plot and return. Dotted: what a direction"
    " drawn at random would have on average. Dashed: a mean of the paper's Table 3, which it calls"
    " small, as a yardstick: those numbers survive, and this figure's own published curves are"
    " lost to us. Grey: pairs that no table shows.",
)
def figure6(table: pd.DataFrame, *, image_size: int) -> Figure:
    """Draw |cos θ_γ| of every pair against γ."""
    drawn = Figure(figsize=(8.0, 4.2))
    axes = drawn.subplots()
    name = lambda pair: f"{pair['place']}. {pair['class1']} → {pair['class2']}"  # noqa: E731
    ends = draw_paths(axes, table, name, size=True)
    chance = float(np.sqrt(2 / np.pi / (3 * image_size**2)))
    lines = {
        chance: ("a random direction", (0, (1, 1))),
        _SMALL: (f"{number(_SMALL, digits=2)}: the paper's mean\nin Table 3, called small", "--"),
    }
    for value, (text, line) in lines.items():
        axes.axhline(value, color=BLACK, linewidth=1, linestyle=line, zorder=3)
        ends.append(Label(text, 1.0, value, BLACK))
    sizes = table["cos_theta"].abs()
    smallest = float(sizes[sizes > 0].min()) if (sizes > 0).any() else chance
    axes.set(yscale="log", ylim=(0.7 * min(chance, max(smallest, 0.1 * chance)), 1))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
    axes.set(xlabel="γ, place on the path between both images", ylabel="|cos θ|")
    label_ends(axes, ends)
    headline(drawn, _seen_of_paths(sizes, chance))
    return drawn


def _seen_of_paths(sizes: "pd.Series[float]", chance: float) -> str:
    if sizes.empty:
        return "No pair of correctly classified images"
    largest, mean = float(sizes.max()), float(sizes.mean())
    if largest >= _SMALL:
        return f"Compression is not small everywhere: |cos θ| reaches {number(largest, digits=2)}"
    times = f"{mean / chance:.1f} times"
    return (
        f"Between two photographs |cos θ| is at most {number(largest, digits=2)}, on average"
        f" {times} that of a random direction"
    )


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
    caption="One mark a pair of photographs. ‖e‖ is the shortest perturbation that any attack found"
    " which puts the other image's class ahead of the image's own, pixels as told below the"
    " drawing. It is not that of the paper's claim on |D̃|/‖e‖, whose iterated attack goes on until"
    " the other class is the answer. Left: ‖e‖ over half the distance to the other image, against"
    " the compression |cos θ|; the paper says that they are close (solid line; dashed: twice as"
    " long). Right: ‖e‖ against the length |D̃| that the path integral predicts: the change of the"
    " logit gap on the whole way to the other image, over the gradient's length at the first.",
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
