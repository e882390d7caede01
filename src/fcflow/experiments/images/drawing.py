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
from fcflow.experiments.images.pair_table import LEAST, Way, of_way, pair_rows, shortest_way
from fcflow.paper.labels import Label
from fcflow.paper.numbers import number, with_interval
from fcflow.paper.phrases import several
from fcflow.paper.style import AZURE, BLACK, GREEN, ORANGE, RED, VIOLET, headline
from fcflow.stats import Estimate

_LOOKS: list[tuple[str, str, Any]] = [
    (VIOLET, "o", "-"),
    (RED, "s", "--"),
    (GREEN, "^", "-."),
    (AZURE, "D", ":"),
    (ORANGE, "v", (0, (5, 1, 1, 1, 1, 1))),
]
_OTHERS = "#bbbbbb"
_STRONG = 0.7  # a correlation that is called strong


def draw_paths(
    axes: Axes, rows: pd.DataFrame, name: Callable[[Any], str], *, size: bool = False
) -> list[Label]:
    """Draw cos θ_γ of every pair against γ: those that no table shows in grey, the others apart.

    Parameters
    ----------
    axes : Axes
    rows : DataFrame
        As :data:`~fcflow.experiments.images.path_table.PATH_TABLE`.
    name : callable
        From a pair's row to its name.
    size : bool
        Whether |cos θ| is drawn.

    Returns
    -------
    list of Label
        For the right ends of the paths that are drawn apart.
    """
    rows = rows.assign(shown=rows["cos_theta"].abs() if size else rows["cos_theta"])
    ends = []
    for _, path in rows[rows["place"] == 0].groupby(KEY):
        axes.plot(path["gamma"], path["shown"], color=_OTHERS, linewidth=0.6, zorder=1)
    for place, (_, path) in enumerate(rows[rows["place"] > 0].groupby("place")):
        color, marker, line = _LOOKS[place % len(_LOOKS)]
        look: dict[str, Any] = {"color": color, "marker": marker, "linestyle": line}
        axes.plot(path["gamma"], path["shown"], markersize=4, zorder=2, **look)
        last = path.sort_values("gamma").iloc[-1]
        ends.append(Label(name(last), float(last["gamma"]), float(last["shown"]), color))
    axes.set(xlim=(0, 1))
    return ends


def draw_scatter(
    experiments: pd.DataFrame,
    attacks: pd.DataFrame,
    statistics: pd.DataFrame,
    networks: pd.DataFrame,
) -> Figure:
    """Draw the least ‖e‖ of every pair: over half the distance against |cos θ|, and against |D̃|.

    Below stands what ‖e‖ is, and how much less any other answer needs.
    """
    every = pair_rows(experiments, attacks)
    shortest = shortest_way(every)
    rows = derived(of_way(every, shortest) if shortest else every)
    rows = rows.dropna(subset=["abs_cos_theta", "ratio"])
    figure = Figure(figsize=(8.8, 5.6))
    left, right = figure.subplots(1, 2)
    cosine = _reach(rows[["abs_cos_theta", "ratio"]])
    length = _reach(rows[["abs_predicted_length", "norm"]])
    _points(left, rows, "abs_cos_theta", "ratio")
    _points(right, rows, "abs_predicted_length", "norm")
    look: dict[str, Any] = {"color": BLACK, "linewidth": 0.8, "zorder": 1}
    left.plot([0, cosine], [0, cosine], **look)
    left.plot([0, cosine / 2], [0, cosine], linestyle="--", **look)
    right.plot([0, length], [0, length], **look)
    left.set(xlabel="|cos θ| at the first image", ylabel="least ‖e‖ / half the distance")
    right.set(xlabel="|D̃|", ylabel="least ‖e‖")
    # Equal units on both axes, or the line of equality lies elsewhere than one expects.
    for axes, reach in ((left, cosine), (right, length)):
        axes.set(xlim=(0, reach), ylim=(0, reach), box_aspect=1)
    # Beside the lines, where they do not run through the words.
    note: dict[str, Any] = {"fontsize": 7.5, "textcoords": "offset points", "va": "top"}
    for axes, reach in ((left, cosine), (right, length)):
        axes.annotate("equal", (0.82 * reach, 0.82 * reach), (6, -4), **note)
    left.annotate("twice", (0.46 * cosine, 0.92 * cosine), (-9, 4), ha="right", **note)
    correlations = []
    for axes, quantity in ((left, "ratio_cos"), (right, "length_predicted")):
        correlations.append(pick(statistics, quantity, LEAST, kind="correlation"))
        axes.set_title(_words(correlations[-1]))
    warning = word_of_chance(networks)
    times = pick(statistics, "predicted_over_norm", LEAST)
    headline(figure, warning or _seen(correlations[0], correlations[1], times))
    if shortest:
        figure.supxlabel(_of_norm(statistics, shortest), x=0.012, ha="left", fontsize=8)
    return figure


def _of_norm(statistics: pd.DataFrame, way: Way) -> str:
    """Return what the norms drawn are of, and what any other answer needs where that is known."""
    words = f"‖e‖: the shortest that any attack found which puts {way.aim}, {way.pixels}"
    own = statistics[statistics["quantity"].eq("norm") & statistics["attack"].eq(LEAST)]
    same = own[own["box"].eq(way.box)].dropna(subset=["estimate"])
    norms = dict(zip(same["criterion"], same["estimate"], strict=True))
    if not {"pair", "argmax"} <= set(norms):
        return words
    pair, other = (number(norms[aim]) for aim in ("pair", "argmax"))
    return f"{words}; {pair} on average.\nAny other answer needs {other} on average."


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
    axes.set_title(above, fontsize=7.5, loc="center")
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
    """Draw a mark a pair: networks are repetitions, and look alike."""
    look: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 4, "mfc": "none"}
    axes.plot(rows[x], rows[y], color=VIOLET, alpha=0.8, **look)


def _reach(values: pd.DataFrame) -> float:
    largest = float(np.nan_to_num(values.to_numpy(dtype=np.float64)).max(initial=0.0))
    return 1.05 * largest if largest > 0 else 1.0


def _words(correlation: Estimate) -> str:
    pairs = several(correlation.n, "pair")
    if np.isnan(correlation.value):
        return pairs
    text = with_interval(correlation.value, correlation.low, correlation.high)
    return f"correlation {text}, {pairs}"


def _seen(ratio: Estimate, length: Estimate, times: Estimate) -> str:
    """Return what both correlations say, no more than their intervals, and how long |D̃| is."""
    if np.isnan([ratio.low, length.low]).any():
        return "Least perturbations against what compression and the path predict: too few pairs"
    tells = _word(ratio, "tells", "tells in part", "does not tell")
    goes = _word(length, "follows", "goes with", "does not go with")
    first, second = (number(one.value, decimals=2) for one in (ratio, length))
    seen = (
        f"|cos θ| {tells} which inputs are fragile (correlation {first}); ‖e‖ {goes} |D̃| ({second})"
    )
    if np.isnan(times.value):
        return seen
    return f"{seen}, which is {with_interval(times.value, times.low, times.high)} times as long"


def _word(correlation: Estimate, strong: str, some: str, none: str) -> str:
    if correlation.low >= _STRONG:
        return strong
    return some if correlation.low > 0 else none
