"""Theorem 5 drawn: the attack, its bound and the input, against d."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.experiments.theory.drawing import exponent_text, law, log_axes, series
from fcflow.experiments.theory.rows import pick
from fcflow.experiments.theory.theorem5.columns import TABLE
from fcflow.paper.figure import figure


@figure(
    "theorem5",
    reads={"rows": TABLE.at("results/tables/theorem5.parquet")},
    label="Theorem 5",
    shows="the attack, its bound and the input against d",
    caption="Linear networks with arbitrary last layers. The attack lies within the span of two"
    " probing vectors and is no longer than the input's projection onto it, which does not grow"
    " with d as the input does.",
)
def theorem5(rows: pd.DataFrame) -> Figure:
    """Draw ‖Δ‖, ‖(a_1, a_2)‖ and ‖x‖ against d."""
    drawn = Figure(figsize=(5.0, 3.6))
    axes = drawn.subplots()
    names = {
        "input_norm": "‖x‖",
        "projection_norm": "‖(a₁, a₂)‖, the bound",
        "norm": "‖Δ‖, attained",
    }
    for place, (name, label) in enumerate(names.items()):
        exponent = exponent_text(rows, name)
        series(axes, pick(rows, name), place, f"{label}: {exponent}")
    d = pick(rows, "input_norm")["at"].to_numpy()
    law(axes, d, np.sqrt(d), "√d", linestyle="--")
    log_axes(axes, "L2 norm, mean over networks")
    axes.legend(fontsize=7, title="exponent of d", title_fontsize=7)
    return drawn
