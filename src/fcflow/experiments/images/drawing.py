"""What figures of images share: every pair's path, and ‖e‖ against what is predicted of it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fcflow.experiments.images.averages import derived, pick
from fcflow.experiments.images.chance import word_of_chance
from fcflow.experiments.images.columns import KEY
from fcflow.experiments.images.pair_table import LEAST, of_way, pair_rows, shortest_way
from fcflow.paper.style import BLACK, BLUE, GREEN, ORANGE, SKY, VERMILION
from fcflow.stats import Estimate

_LOOKS: list[tuple[str, str, Any]] = [
    (BLUE, "o", "-"),
    (VERMILION, "s", "--"),
    (GREEN, "^", "-."),
    (ORANGE, "D", ":"),
    (SKY, "v", (0, (5, 1, 1, 1, 1, 1))),
]
_GREY = "#bbbbbb"


def draw_paths(
    axes: Axes, rows: pd.DataFrame, name: Callable[[Any], str], *, size: bool = False
) -> None:
    """Draw cos θ_γ of every pair against γ: those that no table shows in grey, the others apart.

    Parameters
    ----------
    axes : Axes
    rows : DataFrame
        As :data:`~fcflow.experiments.images.path_table.PATH_TABLE`.
    name : callable
        From a pair's row to its name in the legend.
    size : bool
        Whether |cos θ| is drawn.
    """
    rows = rows.assign(shown=rows["cos_theta"].abs() if size else rows["cos_theta"])
    others = rows[rows["place"] == 0]
    count = len(others.drop_duplicates(KEY))
    for number, (_, path) in enumerate(others.groupby(KEY)):
        label = f"{count} other pairs" if number == 0 else None
        axes.plot(path["gamma"], path["shown"], color=_GREY, linewidth=0.6, zorder=1, label=label)
    for number, (_, path) in enumerate(rows[rows["place"] > 0].groupby("place")):
        color, marker, line = _LOOKS[number % len(_LOOKS)]
        look: dict[str, Any] = {"color": color, "marker": marker, "linestyle": line}
        label = name(path.iloc[0])
        axes.plot(path["gamma"], path["shown"], markersize=4, zorder=2, label=label, **look)
    axes.set(xlim=(0, 1))


def draw_scatter(
    experiments: pd.DataFrame,
    attacks: pd.DataFrame,
    statistics: pd.DataFrame,
    networks: pd.DataFrame,
) -> Figure:
    """Draw the least ‖e‖ of every pair: over half the distance against |cos θ|, and against |D̃|."""
    every = pair_rows(experiments, attacks)
    shortest = shortest_way(every)
    rows = derived(of_way(every, shortest) if shortest else every)
    rows = rows.dropna(subset=["abs_cos_theta", "ratio"])
    figure = Figure(figsize=(8.2, 4.3))
    if warning := word_of_chance(networks):
        figure.suptitle(warning, fontsize=8)
    left, right = figure.subplots(1, 2)
    _points(left, rows, "abs_cos_theta", "ratio")
    _points(right, rows, "abs_predicted_length", "norm")
    cosine = _reach(rows[["abs_cos_theta"]])
    length = _reach(rows[["abs_predicted_length", "norm"]])
    look: dict[str, Any] = {"color": BLACK, "linewidth": 0.8}
    left.plot([0, cosine], [0, cosine], label="y = x", **look)
    left.plot([0, cosine], [0, 2 * cosine], linestyle="--", label="y = 2x", **look)
    right.plot([0, length], [0, length], label="y = x", **look)
    left.set(xlabel="|cos θ| at x1", ylabel="least ‖e‖ / half distance", xlim=(0, cosine))
    left.set_ylim(0, max(_reach(rows[["ratio"]]), cosine))
    right.set(xlabel="|D̃|", ylabel="least ‖e‖", xlim=(0, length), ylim=(0, length))
    for axes, quantity in ((left, "ratio_cos"), (right, "length_predicted")):
        axes.set_title(_words(pick(statistics, quantity, LEAST, kind="correlation")), fontsize=9)
        axes.legend(fontsize=7.5, loc="lower right")
    return figure


def show(axes: Axes, image: NDArray[Any], below: str, above: str = "", reach: float = 0.0) -> None:
    """Show an image [c, h, w] without axes, a perturbation with 0 in the middle of ±``reach``."""
    low, high = (-reach, reach) if reach else (0.0, 1.0)
    scaled = np.clip((image - low) / (high - low), 0, 1)
    if len(image) == 1:
        axes.imshow(scaled[0], cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    else:
        axes.imshow(scaled.transpose(1, 2, 0), interpolation="nearest")
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.set_title(above, fontsize=7.5)
    axes.set_xlabel(below, fontsize=7.5)


def shortest_within_box(attacks: pd.DataFrame, pair: Any) -> dict[str, Any]:
    """Return the attack that found a pair's shortest perturbation within the box, or nothing.

    Parameters
    ----------
    attacks : rows of :data:`~fcflow.experiments.images.columns.ATTACKS`
    pair : row of :data:`~fcflow.experiments.images.columns.EXPERIMENTS`
    """
    same = (attacks[KEY] == pair[KEY]).all(axis=1) & attacks["box"] & attacks["success"]
    rows = attacks[same & (attacks["norm"] == pair["least_boxed"])]
    return {} if rows.empty else {str(key): value for key, value in rows.iloc[0].items()}


def _points(axes: Axes, rows: pd.DataFrame, x: str, y: str) -> None:
    for place, (network, points) in enumerate(rows.groupby("network")):
        color, marker, _ = _LOOKS[place % len(_LOOKS)]
        look: dict[str, Any] = {"linestyle": "none", "markersize": 4, "mfc": "none"}
        label = f"network {network}"
        axes.plot(points[x], points[y], label=label, color=color, marker=marker, **look)


def _reach(values: pd.DataFrame) -> float:
    largest = float(np.nan_to_num(values.to_numpy(dtype=np.float64)).max(initial=0.0))
    return 1.05 * largest if largest > 0 else 1.0


def _words(correlation: Estimate) -> str:
    if np.isnan(correlation.value):
        return f"{correlation.n} pairs"
    low, high = correlation.low, correlation.high
    within = "" if np.isnan(low) else f" [{low:.2f}, {high:.2f}]"
    return f"correlation {correlation.value:.2f}{within}, {correlation.n} pairs".replace("-", "−")
