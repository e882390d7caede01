"""Theorem 5 drawn: the attack, its bound and the input, against d."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.experiments.theory.drawing import end_of, exponent_text, law, log_axes, series
from fcflow.experiments.theory.rows import pick, total
from fcflow.experiments.theory.theorem5.columns import TABLE
from fcflow.paper.figure import figure
from fcflow.paper.labels import label_ends
from fcflow.paper.seen import trend
from fcflow.paper.style import headline

_NAMES = {
    "input_norm": "‖x‖, the input (dashed: √d)",
    "projection_norm": "‖(a₁, a₂)‖, the bound",
    "norm": "‖Δ‖, the attack",
}


@figure(
    "theorem5",
    reads={"rows": TABLE.at("results/tables/theorem5.parquet")},
    label="Theorem 5",
    shows="the attack, its bound and the input against d",
    caption="Linear networks whose last layer is arbitrary. An attack Δ that flips the answer lies"
    " in the plane of two directions that the network looks at, and is no longer than the part of"
    " the input x in that plane, (a₁, a₂), which does not grow with d as the input does. Means over"
    " networks with intervals.",
)
def theorem5(rows: pd.DataFrame) -> Figure:
    """Draw ‖Δ‖, ‖(a_1, a_2)‖ and ‖x‖ against d."""
    drawn = Figure(figsize=(6.4, 3.7))
    axes = drawn.subplots()
    ends = []
    for place, (name, label) in enumerate(_NAMES.items()):
        means = pick(rows, name)
        series(axes, means, place, None)
        ends.append(end_of(means, place, f"{label}\n{exponent_text(rows, name)}"))
    d = pick(rows, "input_norm")["at"].to_numpy()
    law(axes, d, np.sqrt(d), linestyle="--")
    log_axes(axes, "length, mean over networks")
    label_ends(axes, ends)
    growth = [trend(total(rows, f"{name}_exponent"), 0.0) for name in ("projection_norm", "norm")]
    seen = "The attack lies within its bound, and the bound stays while the input grows with d"
    if growth[0] != "as the law":
        seen = "The attack lies within its bound; the bound grows less than the input does"
    if growth[0] == "unclear":
        seen = "The attack lies within its bound; how the bound grows cannot be told"
    headline(drawn, seen if _within(rows) else "The attack is longer than its bound at some d")
    return drawn


def _within(rows: pd.DataFrame) -> bool:
    return bool((pick(rows, "held")["estimate"] == 1.0).all())
