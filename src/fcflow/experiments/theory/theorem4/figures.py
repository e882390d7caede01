"""Theorem 4 drawn: the attack behind generator layers, against d."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fcflow.experiments.theory.drawing import LOOKS, end_of, exponent_text, law, log_axes, series
from fcflow.experiments.theory.rows import pick, total
from fcflow.experiments.theory.theorem4.columns import TABLE
from fcflow.paper.figure import figure
from fcflow.paper.labels import Label, label_ends
from fcflow.paper.numbers import plain
from fcflow.paper.phrases import several
from fcflow.paper.seen import trend
from fcflow.paper.style import BLACK, headline


@figure(
    "theorem4",
    reads={"rows": TABLE.at("results/tables/theorem4.parquet")},
    label="Theorem 4",
    shows="the attack's norm and the classes' distance against d",
    caption="Theorem 1's attack where the points are made by random layers, each as wide as the one"
    " before or wider. Marks are means over whole networks with intervals, at the largest d over"
    " few or one (hollow), which may lie far from the mean; lines the exact law, which is known at"
    " every d; exponents of d are of the networks. The theorem says that ‖e‖ is bounded.",
)
def theorem4(rows: pd.DataFrame) -> Figure:
    """Draw ‖e‖ of whole networks and its law, and what the optimal classifier tolerates."""
    drawn = Figure(figsize=(9.6, 3.9))
    left, right = drawn.subplots(1, 2, width_ratios=[1.1, 1])
    names = list(rows["series"].unique())
    ends = []
    for place, name in enumerate(names):
        norms = pick(rows, "norm", name)
        law(left, norms["at"], norms["expected"], color=LOOKS[place % len(LOOKS)][0])
        _marks(left, norms, place)
        exponent = exponent_text(rows, "whole", name)
        # At the line's end: the last mark may be a single network, far from the law.
        ends.append(end_of(norms, place, f"{layers_name(name)}\n{exponent}", "expected"))
    log_axes(left, "‖e‖ that flips the network")
    label_ends(left, ends, size=7)
    left.set_title(_counts(pick(rows, "norm")))
    _tolerances(right, rows, names)
    headline(drawn, _seen(rows, names))
    return drawn


def _marks(axes: Axes, rows: pd.DataFrame, place: int) -> None:
    """Draw estimates as marks, hollow where they are of a single network."""
    series(axes, rows[rows["n"] > 1], place, None)
    series(axes, rows[rows["n"] <= 1], place, None, mfc="white")


def layers_name(series: str) -> str:
    """Return a series' layers in words.

    Examples
    --------
    >>> layers_name("2, ×1.25")
    '2 layers, each 1.25 times as wide'
    >>> layers_name("1, ×1")
    '1 layer of the same width'
    """
    layers, widening = series.split(", ×")
    count = several(int(layers), "layer")
    if float(widening) == 1:
        return f"{count} of the same width"
    return f"{count}, {'each ' if int(layers) > 1 else ''}{widening} times as wide"


def _counts(norms: pd.DataFrame) -> str:
    """Return of how many networks marks are: at the largest d there are few."""
    n = norms.groupby("at")["n"].max()
    first, last = (f"{n.loc[d]} at d = {plain(d)}" for d in (n.index.min(), n.index.max()))
    hollow = "hollow: a single one; " * bool((n <= 1).any())
    return f"Marks: means of networks ({first}, {last});\n{hollow}lines: exact law"


def _tolerances(axes: Axes, rows: pd.DataFrame, names: list[str]) -> None:
    for place, name in enumerate(names):
        tolerated = pick(rows, "tolerated", name)
        # Beside each other, where they would hide each other.
        shift = 1.05 ** (place - (len(names) - 1) / 2)
        _marks(axes, tolerated.assign(at=tolerated["at"] * shift), place)
    d = np.sort(rows["at"].dropna().unique())
    root = np.sqrt(2 * d) / 2
    law(axes, d, root, linestyle="--")
    log_axes(axes, "half the least distance of classes")
    label_ends(axes, [Label("√(2d)/2, the limit", float(d[-1]), float(root[-1]), BLACK)])
    axes.set_title("What the optimal classifier tolerates, same marks")


def _seen(rows: pd.DataFrame, names: list[str]) -> str:
    trends = [trend(total(rows, "norm_exponent", name), 0.0) for name in names]
    if all(each == "falls" for each in trends):
        return "Behind random layers, what flips the network becomes smaller as d grows (exact law)"
    if "grows" not in trends and "unclear" not in trends:
        return "Behind random layers, what flips the network does not grow with d (exact law)"
    if "grows" in trends:
        return "Behind some random layers, what flips the network grows with d (exact law)"
    return "What flips the network behind random layers: no growth with d can be told"
