"""Theorem 7 drawn: Gaussian gradients against d, trained networks against ε."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.experiments.theory.drawing import end_of, exponent_text, law, log_axes, series
from fcflow.experiments.theory.rows import pick, total
from fcflow.experiments.theory.theorem7.columns import FIRST_ORDER_TABLE, TABLE
from fcflow.experiments.theory.theorem7.tables import ROUNDING
from fcflow.paper.figure import figure
from fcflow.paper.labels import label_ends
from fcflow.paper.numbers import plain
from fcflow.paper.seen import trend
from fcflow.paper.style import GREY, headline

_EMPTY = 1e-16  # where a residual is exactly zero, for the logarithmic axis
_NAMES = {"energy": "‖v‖²", "projected_energy": "‖P v‖²", "ratio": "‖P v‖² / ‖v‖²"}


@figure(
    "theorem7",
    reads={"rows": TABLE.at("results/tables/theorem7.parquet")},
    label="Theorem 7",
    shows="energies and their ratio against d",
    caption="A random direction v and the plane of two random gradients: how much of v lies in that"
    " plane, ‖P v‖². It is 2 on average whatever the dimension d, while ‖v‖² is d, so that their"
    " ratio is about 2/d. Marks are means over draws with intervals, lines exact means.",
)
def theorem7(rows: pd.DataFrame) -> Figure:
    """Draw both energies and their ratio against d, with the exact means."""
    drawn = Figure(figsize=(6.4, 3.7))
    axes = drawn.subplots()
    ends = []
    for place, (name, label) in enumerate(_NAMES.items()):
        means = pick(rows, name)
        law(axes, means["at"], means["expected"])
        series(axes, means, place, None)
        ends.append(end_of(means, place, f"{label}\n{exponent_text(rows, name)}"))
    log_axes(axes, "mean over draws")
    label_ends(axes, ends)
    seen = "Two random gradients see ever less of a random direction: 2/d of its squared length"
    if trend(total(rows, "ratio_exponent"), -1.0) != "as the law":
        seen = "How much of a random direction lies in the plane of two random gradients"
    headline(drawn, seen)
    return drawn


@figure(
    "first_order",
    reads={"rows": FIRST_ORDER_TABLE.at("results/tables/first_order.parquet")},
    label="Theorem 7",
    shows="first-order residual against ε",
    caption="Trained ReLU networks at points between the classes. Moving by ε towards the other"
    " class"
    " changes the outputs as much as the part of that move in the plane of both gradients does, up"
    " to the residual drawn here. A ReLU network is linear in pieces: once the move stays within a"
    " piece, the residual is zero but for rounding, which is shaded. There it grows again as ε"
    " shrinks: rounding of the outputs stays, while their change, by which it is divided, shrinks.",
)
def first_order(rows: pd.DataFrame) -> Figure:
    """Draw the residual against ε, with the region of rounding shaded."""
    drawn = Figure(figsize=(6.4, 3.7))
    axes = drawn.subplots()
    axes.set(xlabel="ε, length of the move", ylabel="residual / change of the outputs")
    if rows["at"].isna().all():
        axes.set_title("No accurate network")
        return drawn
    ends = []
    for place, (name, label) in enumerate(
        {"residual": "mean over networks", "residual_max": "largest of all"}.items()
    ):
        residuals = pick(rows, name)
        numbers = ["estimate", "low", "high"]
        residuals[numbers] = residuals[numbers].clip(lower=_EMPTY)
        series(axes, residuals, place, None, linestyle="-")
        ends.append(end_of(residuals, place, label))
    epsilons = np.sort(rows["at"].dropna().unique())
    axes.set(xscale="log", yscale="log", xlim=(epsilons.min() / 2, epsilons.max() * 2))
    axes.set_ylim(bottom=axes.get_ylim()[0])
    axes.axhspan(axes.get_ylim()[0], ROUNDING, color=GREY, alpha=0.15, linewidth=0)
    corner = (axes.get_xlim()[0], ROUNDING)
    axes.annotate("rounding", corner, (4, -4), textcoords="offset points", va="top", fontsize=8)
    label_ends(axes, ends)
    exact = pick(rows, "exact")
    whole = exact[exact["estimate"] == 1.0]["at"]
    seen = "The residual shrinks with the move"
    if len(whole):
        seen = f"From ε = {plain(whole.max())} down, nothing is left of the residual but rounding"
    headline(drawn, seen)
    return drawn
