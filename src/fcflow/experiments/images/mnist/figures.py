"""Figure 3, and figures of every pair: ‖e‖ against what compression predicts, and cos θ_γ along the paths ([FC] §6)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fcflow.paper.mnist import derived, word_of_chance
from fcflow.paper.style import BLACK, BLUE, GREEN, ORANGE, SKY, VERMILION

_MARKS = [(BLUE, "o"), (VERMILION, "s"), (GREEN, "^"), (ORANGE, "D"), (SKY, "v")]
_LINES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1))]

Images = Mapping[tuple[int, int], NDArray[Any]]


def draw_figure3(
    experiments: pd.DataFrame,
    attacks: pd.DataFrame,
    x1: Images,
    x2: Images,
    delta: Images,
    networks: pd.DataFrame,
) -> Figure:
    """Draw Figure 3: each pair in the tables as it is, blocked, perturbed, and the perturbation alone.

    Parameters
    ----------
    experiments, attacks, networks : DataFrames
        Rows of the experiment's tables.
    x1, x2 : mapping from (network, image) to uint8 [28, 28]
    delta : mapping from (network, image) to float32 [28, 28]
        The shortest perturbations found that keep pixels in [0, 1].
    """
    shown = experiments[experiments["place"] > 0].sort_values("place").to_dict("records")
    figure = Figure(figsize=(max(4.0, 1.35 * len(shown)), 6.3))
    if warning := word_of_chance(networks) or ("" if shown else "NO PAIR"):
        figure.suptitle(warning, fontsize=8)
    if not shown:
        return figure
    grid = figure.subplots(4, len(shown), squeeze=False)
    for axes, name in zip(
        grid[:, 0], ("clean, X1", "blocked, X2", "perturbed", "perturbation"), strict=True
    ):
        axes.set_ylabel(name)
    for column, pair in zip(grid.T, shown, strict=True):
        key = (int(pair["network"]), int(pair["image"]))
        clean, blocked = x1[key] / 255, x2[key] / 255
        _show(column[0], clean, f"image {key[1]}: 7")
        _show(column[1], blocked, f"‖X1 − X2‖ = {pair['distance']:.2f}: 1")
        if key in delta:
            e = delta[key]
            answer = _answer(attacks, key, float(pair["least_boxed"]))
            _show(column[2], clean + e, f"‖e‖ = {np.linalg.norm(e):.2f}: {answer}")
            reach = float(np.abs(e).max())
            _show(column[3], e, f"±{reach:.2f}", reach)
        else:
            for axes in column[2:]:
                _show(axes, np.zeros((28, 28)), "none found")
    return figure


def draw_mnist_scatter(
    experiments: pd.DataFrame, statistics: pd.DataFrame, networks: pd.DataFrame
) -> Figure:
    """Draw the least ‖e‖ of every pair: over half the distance against |cos θ|, and itself against |D̃|."""
    rows = derived(experiments).dropna(subset=["abs_cos_theta", "ratio"])
    figure = Figure(figsize=(8.2, 4.3))
    if warning := word_of_chance(networks):
        figure.suptitle(warning, fontsize=8)
    left, right = figure.subplots(1, 2)
    _scatter(left, rows, "abs_cos_theta", "ratio")
    _scatter(right, rows, "abs_predicted_length", "least")
    reach = [
        _reach(rows[names]) for names in (["abs_cos_theta"], ["abs_predicted_length", "least"])
    ]
    left.plot([0, reach[0]], [0, reach[0]], color=BLACK, linewidth=0.8, label="y = x")
    left.plot(
        [0, reach[0]], [0, 2 * reach[0]], color=BLACK, linewidth=0.8, linestyle="--", label="y = 2x"
    )
    right.plot([0, reach[1]], [0, reach[1]], color=BLACK, linewidth=0.8, label="y = x")
    left.set(xlabel="|cos θ| at X1", ylabel="least ‖e‖ / half distance", xlim=(0, reach[0]))
    left.set_ylim(0, max(_reach(rows[["ratio"]]), reach[0]))
    right.set(xlabel="|D̃|", ylabel="least ‖e‖", xlim=(0, reach[1]), ylim=(0, reach[1]))
    for axes, quantity in ((left, "ratio_cos"), (right, "length_predicted")):
        axes.set_title(_correlation(statistics, quantity), fontsize=9)
        axes.legend(fontsize=7.5, loc="lower right")
    return figure


def draw_mnist_paths(
    curves: pd.DataFrame, experiments: pd.DataFrame, networks: pd.DataFrame
) -> Figure:
    """Draw cos θ_γ along every pair's path, those of the tables apart, and the mean over all."""
    figure = Figure(figsize=(6.2, 4.0))
    axes = figure.subplots()
    rows = curves.merge(experiments[["network", "image", "place"]], on=["network", "image"])
    for _, path in rows[rows["place"] == 0].groupby(["network", "image"]):
        axes.plot(path["gamma"], path["cos_theta"], color="#bbbbbb", linewidth=0.5, zorder=1)
    for place, path in rows[rows["place"] > 0].groupby("place"):
        number = int(str(place)) - 1
        look: dict[str, Any] = {
            "linestyle": _LINES[number % len(_LINES)],
            "color": _MARKS[number % len(_MARKS)][0],
        }
        axes.plot(
            path["gamma"], path["cos_theta"], linewidth=1.4, label=f"pair {place}", zorder=2, **look
        )
    mean = rows.groupby("gamma")["cos_theta"].mean()
    axes.plot(
        mean.index,
        mean,
        color=BLACK,
        linewidth=2.4,
        label=f"mean of {len(experiments)} pairs",
        zorder=3,
    )
    axes.axhline(0, color=BLACK, linewidth=0.6)
    axes.set(xlabel="γ, from X1 to X2", ylabel="cos θ", xlim=(0, 1), title=word_of_chance(networks))
    axes.legend(fontsize=8, ncols=2)
    return figure


def _show(axes: Axes, image: NDArray[Any], caption: str, reach: float | None = None) -> None:
    low, high = (0.0, 1.0) if reach is None else (-reach, reach)
    axes.imshow(image, cmap="gray", vmin=low, vmax=high, interpolation="nearest")
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.set_xlabel(caption, fontsize=7.5)


def _answer(attacks: pd.DataFrame, key: tuple[int, int], norm: float) -> str:
    """Return what the network answers to the shortest perturbation in the box."""
    here = attacks[(attacks["network"] == key[0]) & (attacks["image"] == key[1]) & attacks["boxed"]]
    here = here[here["success"] & (here["norm"] == norm)]
    return str(here["predicted"].iloc[0]) if len(here) else "?"


def _scatter(axes: Axes, rows: pd.DataFrame, x: str, y: str) -> None:
    for place, (network, points) in enumerate(rows.groupby("network")):
        color, marker = _MARKS[place % len(_MARKS)]
        look: dict[str, Any] = {
            "linestyle": "none",
            "markersize": 4,
            "mfc": "none",
            "color": color,
            "marker": marker,
        }
        axes.plot(points[x], points[y], label=f"network {network}", **look)


def _reach(values: pd.DataFrame) -> float:
    largest = float(np.nan_to_num(values.to_numpy(dtype=np.float64)).max(initial=0.0))
    return 1.05 * largest if largest > 0 else 1.0


def _correlation(statistics: pd.DataFrame, quantity: str) -> str:
    row = statistics[
        (statistics["kind"] == "correlation") & (statistics["quantity"] == quantity)
    ].iloc[0]
    if pd.isna(row["estimate"]):
        return f"{row['n']} pairs"
    within = "" if pd.isna(row["low"]) else f" [{row['low']:.2f}, {row['high']:.2f}]"
    return f"correlation {row['estimate']:.2f}{within}, {row['n']} pairs".replace("-", "−")
