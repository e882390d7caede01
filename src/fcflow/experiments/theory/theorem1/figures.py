"""Theorem 1 drawn: both tolerances and their ratio against d."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fcflow.experiments.theory.drawing import end_of, exponent_text, law, log_axes, series
from fcflow.experiments.theory.rows import pick, total
from fcflow.experiments.theory.theorem1.columns import TABLE
from fcflow.paper.figure import figure
from fcflow.paper.labels import Label, label_ends
from fcflow.paper.numbers import number, plain
from fcflow.paper.seen import trend
from fcflow.paper.style import BLACK, headline


@figure(
    "theorem1",
    reads={"rows": TABLE.at("results/tables/theorem1.parquet")},
    label="Theorem 1",
    shows="both tolerances and their ratio against d",
    caption="d random points of d classes, and two classifiers. The optimal one answers the class"
    " of"
    " the nearest point and tolerates half the least distance. A network that"
    " reproduces the points exactly is flipped by the proof's perturbation e, whose length has the"
    " same distribution at every d. Marks are means with intervals, lines exact laws.",
)
def theorem1(rows: pd.DataFrame) -> Figure:
    """Draw both tolerances and their ratio against d, with the exact laws."""
    drawn = Figure(figsize=(9.6, 3.7))
    left, right = drawn.subplots(1, 2, width_ratios=[1.15, 1])
    _tolerances(left, rows)

    ratio = pick(rows, "ratio")
    d = ratio["at"].to_numpy()
    through = ratio["estimate"].iloc[-1] * np.sqrt(d[-1] / d)
    law(right, d, through, linestyle="--")
    series(right, ratio, 0, None)
    log_axes(right, "network over optimal")
    ends = [
        end_of(ratio, 0, f"mean of the ratio\n{exponent_text(rows, 'ratio')}"),
        Label("slope of 1/√d", float(d[-1]), float(through[-1]), BLACK),
    ]
    label_ends(right, ends)
    right.set_title("Their ratio")
    headline(drawn, _seen(rows))
    return drawn


def _tolerances(axes: Axes, rows: pd.DataFrame) -> None:
    tolerated, norm = pick(rows, "tolerated"), pick(rows, "norm")
    d = tolerated["at"].to_numpy()
    root = np.sqrt(2 * d) / 2
    law(axes, d, root, linestyle="--")
    law(axes, d, tolerated["expected"])
    law(axes, d, norm["expected"], linestyle=":")
    series(axes, tolerated, 0, None)
    series(axes, norm, 1, None)
    # Few draws bound no 95 % quantile from above, and it is not drawn.
    tail = pick(rows, "norm_q0.95").dropna(subset=["high"])
    series(axes, tail, 2, None)
    log_axes(axes, "length of the perturbation")
    beyond = tail["at"].max() < d[-1] if len(tail) else False
    until = f"\n(draws too few beyond d = {plain(tail['at'].max())})" if beyond else ""
    label_ends(
        axes,
        [
            Label("√(2d)/2, the limit", float(d[-1]), float(root[-1]), BLACK),
            end_of(
                tolerated,
                0,
                f"optimal classifier\n{exponent_text(rows, 'tolerated')}{_slowly(tolerated)}",
            ),
            end_of(norm, 1, f"network, mean ‖e‖\n{exponent_text(rows, 'norm')}"),
            end_of(tail, 2, f"network, 95 % of draws{until}"),
        ],
    )
    axes.set_title("What each classifier tolerates")


def _slowly(tolerated: pd.DataFrame) -> str:
    """Return the exact law's exponent between the last two d where it still falls towards 0.5."""
    law = tolerated.dropna(subset=["expected"]).sort_values("at")
    steps = np.diff(np.log(law["expected"])) / np.diff(np.log(law["at"]))
    if len(steps) < 2 or not 0.5 < steps[-1] < steps[-2]:
        return ""
    return f"\n(approaches 0.5 slowly: {number(steps[-1], digits=2)} at the last d)"


def _seen(rows: pd.DataFrame) -> str:
    optimal = trend(total(rows, "tolerated_exponent"), 0.5)
    network = trend(total(rows, "norm_exponent"), 0.0)
    if optimal in ("as the law", "grows") and network == "as the law":
        return (
            "The optimal classifier tolerates more and more as d grows; what flips the network"
            " stays the same"
        )
    if optimal in ("as the law", "grows") and network != "grows":
        return "The optimal classifier tolerates more as d grows; the network does not"
    return "What both classifiers tolerate: no difference in growth can be told from these draws"
