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
from fcflow.paper.labels import label_ends
from fcflow.paper.numbers import number
from fcflow.paper.phrases import several
from fcflow.paper.style import BLACK, headline


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
    caption="The sevens of Table 5, from top to bottom: as they are; with a block blacked out, so"
    " that the network reads a 1; with the shortest perturbation e found that makes the output for"
    " 1 larger than that for 7 and keeps pixels in [0, 1]; and that perturbation alone, where grey"
    " is zero, and black and white are its largest entries. ‖e‖ in Table 5 is shorter: there"
    " pixels may have any values.",
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
    if shown.empty:
        drawn.suptitle(word_of_chance(networks) or "NO PAIR", fontsize=8)
        return drawn
    headline(drawn, word_of_chance(networks) or _seen(experiments))
    grid = drawn.subplots(4, len(shown), squeeze=False)
    rows = ("clean, x₁", "blocked, x₂", "perturbed, x₁ + e", "perturbation e")
    for axes, name in zip(grid[:, 0], rows, strict=True):
        axes.set_ylabel(name)
    for i, (_, pair) in enumerate(shown.iterrows()):
        x1, x2 = images["x1"][i] / 255, images["x2"][i] / 255
        column, delta = grid[:, i], images["delta"][i]
        show(column[0], x1, f"read as {pair['class1']}")
        show(column[1], x2, f"‖x₁ − x₂‖ = {pair['distance']:.2f},\nread as {pair['class2']}")
        if np.isnan(pair["least_boxed"]):
            for axes in column[2:]:
                show(axes, np.zeros_like(x1), "none found")
            continue
        answer = shortest_within_box(attacks, pair).get("predicted_name", "?")
        reach = float(np.abs(delta).max())
        ahead = f" {pair['class2']} ahead\nof {pair['class1']}," * (answer != pair["class2"])
        read = f"{ahead} read as {answer}" if ahead else f"\nread as {answer}"
        show(column[2], x1 + delta, f"‖e‖ = {np.linalg.norm(delta):.2f},{read}")
        show(column[3], delta, f"±{reach:.2f}", reach=reach)
    return drawn


def _seen(pairs: pd.DataFrame) -> str:
    """Return how long perturbations are against half the distance: those shown, and all."""
    ratios = pairs["least_boxed"] / pairs["half_distance"]
    shown = ratios[pairs["place"] > 0].dropna()
    if shown.empty:
        return "Sevens that are read as ones once a part is blocked out"
    every = f" (all {ratios.count()}: {ratios.mean():.2f})" * (len(shown) < int(ratios.count()))
    return (
        f"In these {len(shown)}, ‖e‖ is {shown.mean():.2f} of half the distance{every}, pixels in"
        " [0,\N{NO-BREAK SPACE}1]"
    )


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
    caption="One mark a seven and network. ‖e‖ is the shortest perturbation that any attack found"
    " which puts the 1 ahead of the 7; below the drawing stands which values pixels may take, which"
    " need not be those of Figure 3. Left: ‖e‖ over half the distance to the blocked image, against"
    " the compression |cos θ|; the paper says that they are close (solid line). The dashed line is"
    " what follows if the output gap fell at one rate and the blocked image lay just beyond the"
    " boundary. Right: ‖e‖ against the length |D̃| that the path integral predicts: the change of"
    " the logit gap on the whole way to the blocked image, over the gradient's length at the"
    " seven.",
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
    caption="How much a network looks along the difference between a seven (γ = 0) and its blocked"
    " image (γ = 1), at each place of the path between them. In colour: the pairs of Table 6; grey:"
    " all others; black: the mean over all.",
)
def mnist_paths(curves: pd.DataFrame, experiments: pd.DataFrame, networks: pd.DataFrame) -> Figure:
    """Draw cos θ_γ along every pair's path, and the mean over all."""
    rows = path_rows(curves, experiments)
    drawn = Figure(figsize=(7.2, 4.2))
    axes = drawn.subplots()
    ends = draw_paths(axes, rows, lambda pair: f"pair {pair['place']}")
    mean = rows.groupby("gamma")["cos_theta"].mean()
    axes.plot(mean.index, mean, color=BLACK, linewidth=2.4, zorder=3)
    axes.axhline(0, color=BLACK, linewidth=0.6)
    axes.set(xlabel="γ, place on the path from the seven to its blocked image", ylabel="cos θ")
    if len(mean):
        # At its peak, where it stands apart: its end lies in a crowd.
        highest = int(mean.to_numpy().argmax())
        peak = (float(mean.index[highest]), float(mean.iloc[highest]))
        look: dict[str, Any] = {"textcoords": "offset points", "fontsize": 8, "fontweight": "bold"}
        ground = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.0}
        name = f"mean of {several(len(experiments), 'pair')}"
        axes.annotate(name, peak, (0, 7), ha="center", zorder=4, bbox=ground, **look)
    label_ends(axes, ends)
    headline(drawn, word_of_chance(networks) or _seen_of_paths(mean))
    return drawn


def _seen_of_paths(mean: "pd.Series[float]") -> str:
    if mean.empty:
        return "NO PAIR"
    start, end = float(mean.iloc[0]), float(mean.iloc[-1])
    texts = {at: number(float(value), digits=2) for at, value in mean.items()}
    first = f"from cos θ = {texts[mean.index[0]]} at the seven"
    last = f"{texts[mean.index[-1]]} at its blocked image"
    words = "How much networks look along the difference"
    # A turn on the way that would be seen in the digits shown.
    for at, there, back, beyond in (
        (mean.idxmax(), "rises", "drops", mean.max() > max(start, end)),
        (mean.idxmin(), "falls", "rises", mean.min() < min(start, end)),
    ):
        if beyond and texts[at] not in (texts[mean.index[0]], texts[mean.index[-1]]):
            return f"{words} {there} {first} to {texts[at]} at γ = {at:g} and {back} to {last}"
    return f"{words} {'falls' if end < start else 'rises'} on the way, {first} to {last}"
