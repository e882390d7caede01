"""Theorem 7 drawn: Gaussian gradients against d, trained networks against ε."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.experiments.theory.drawing import exponent_text, law, log_axes, series
from fcflow.experiments.theory.rows import pick
from fcflow.experiments.theory.theorem7.columns import FIRST_ORDER_TABLE, TABLE
from fcflow.paper.figure import figure

_EMPTY = 1e-16  # where a residual is exactly zero, for the logarithmic axis


@figure(
    "theorem7",
    reads={"rows": TABLE.at("results/tables/theorem7.parquet")},
    label="Theorem 7",
    shows="energies and their ratio against d",
    caption="Of a random direction, the plane of two random gradients holds 2/d of the squared norm"
    " on average.",
)
def theorem7(rows: pd.DataFrame) -> Figure:
    """Draw both energies and their ratio against d, with the exact means."""
    drawn = Figure(figsize=(5.0, 3.6))
    axes = drawn.subplots()
    names = {"energy": "‖v‖²", "projected_energy": "‖P v‖²", "ratio": "‖P v‖² / ‖v‖²"}
    for place, (name, label) in enumerate(names.items()):
        means = pick(rows, name)
        of_law = "exact means: d, 2 and 2/d" if place == 0 else None
        law(axes, means["at"], means["expected"], of_law)
        exponent = exponent_text(rows, name)
        series(axes, means, place, f"{label}: {exponent}")
    log_axes(axes, "mean over draws")
    axes.legend(fontsize=7, title="exponent of d", title_fontsize=7)
    return drawn


@figure(
    "first_order",
    reads={"rows": FIRST_ORDER_TABLE.at("results/tables/first_order.parquet")},
    label="Theorem 7",
    shows="first-order residual against ε",
    caption="On trained ReLU networks, moving within the plane of both gradients replaces moving"
    " towards the other class, up to a residual that vanishes with ε.",
)
def first_order(rows: pd.DataFrame) -> Figure:
    """Draw the residual against ε."""
    drawn = Figure(figsize=(4.8, 3.4))
    axes = drawn.subplots()
    axes.set(xlabel="ε", ylabel="residual / change of the outputs")
    if rows["at"].isna().all():
        axes.set_title("No accurate network", fontsize=9)
        return drawn
    names = {"residual": "mean over networks", "residual_max": "largest"}
    for place, (name, label) in enumerate(names.items()):
        residuals = pick(rows, name)
        numbers = ["estimate", "low", "high"]
        residuals[numbers] = residuals[numbers].clip(lower=_EMPTY)
        series(axes, residuals, place, label, linestyle="-")
    epsilons = np.sort(rows["at"].dropna().unique())
    axes.set(xscale="log", yscale="log", xlim=(epsilons.min() / 2, epsilons.max() * 2))
    axes.legend(fontsize=7)
    return drawn
