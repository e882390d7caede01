"""Lemma 2 drawn: how far the bound lies above the lower tail of χ²_d, against d."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.experiments.theory.drawing import LOOKS, end_of, log_axes
from fcflow.experiments.theory.lemma2.columns import TABLE
from fcflow.experiments.theory.rows import pick
from fcflow.paper.figure import figure
from fcflow.paper.labels import label_ends
from fcflow.paper.numbers import number, plain
from fcflow.paper.style import headline

_SAME = 0.02  # curves nearer than that share of their height hide each other


@figure(
    "lemma2",
    reads={"rows": TABLE.at("results/tables/lemma2.parquet")},
    label="Lemma 2",
    shows="bound minus ln P / d against d",
    caption="The lemma bounds the probability P that the squared length of a random vector is at"
    " most α times its mean d. Drawn is by how much the bound is too high: the difference of"
    " logarithms, divided by d. Above zero the bound holds, and towards zero its exponent is the"
    " true one; times d it is the logarithm of bound over P. Everything is exact.",
)
def lemma2(rows: pd.DataFrame) -> Figure:
    """Draw (ln bound − ln P)/d against d, one series an α."""
    drawn = Figure(figsize=(6.4, 3.9))
    axes = drawn.subplots()
    alphas = sorted(rows["series"].unique(), key=float)
    count = min(len(LOOKS), len(alphas))
    curves: list[tuple[str, pd.DataFrame]] = []
    for place, index in enumerate(np.linspace(0, len(alphas) - 1, count).round().astype(int)):
        tail = pick(rows, "log_tail_per_d", alphas[index])
        tail = tail.assign(estimate=tail["expected"] - tail["estimate"])
        color, marker = LOOKS[place]
        axes.plot(tail["at"], tail["estimate"], marker=marker, color=color, markersize=4.5)
        curves.append((plain(float(alphas[index])), tail))
    ends = [
        end_of(tail, place, f"α = {alpha}{_hiding(curves[:place], tail)}")
        for place, (alpha, tail) in enumerate(curves)
        if place == len(curves) - 1 or not _coincide(tail, curves[place + 1][1])
    ]
    log_axes(axes, "(ln bound − ln P) / d")
    label_ends(axes, ends)
    excess = (rows["expected"] - rows["estimate"]) * rows["at"]
    holds = int((excess >= 0).sum())
    seen = f"The bound holds at {holds} of {len(rows)} pairs of α and d"
    if holds == len(rows):
        seen = "The bound holds at every α and d"
        if _closer(rows):
            seen += "; its exponent is right in the limit"
        if _grows(rows):
            last = rows["at"].max()
            most = number(float(np.exp(excess[rows["at"] == last].max())), digits=2)
            seen += ", while" if _closer(rows) else ";"
            seen += f" bound over P itself grows (to about {most} at d = {plain(last)})"
    headline(drawn, seen)
    return drawn


def _coincide(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Return whether two curves lie on each other everywhere."""
    logs = [np.log(tail.set_index("at")["estimate"]) for tail in (one, other)]
    return bool(((logs[0] - logs[1]).abs() <= _SAME).all())


def _hiding(before: list[tuple[str, pd.DataFrame]], tail: pd.DataFrame) -> str:
    """Return which of the curves drawn before a curve hides."""
    hidden = [alpha for alpha, other in before if _coincide(other, tail)]
    return f"\n(and {', '.join(hidden)}: coincide)" if hidden else ""


def _closer(rows: pd.DataFrame) -> bool:
    """Return whether per dimension the bound is nearer at each next d, at every α."""
    return bool((_steps(rows, rows["expected"] - rows["estimate"]) < 0).all())


def _grows(rows: pd.DataFrame) -> bool:
    """Return whether the bound over P is larger at each next d, at every α."""
    steps = _steps(rows, (rows["expected"] - rows["estimate"]) * rows["at"])
    return bool(len(steps) and (steps > 0).all())


def _steps(rows: pd.DataFrame, values: "pd.Series[float]") -> "pd.Series[float]":
    ordered = rows.assign(values=values).sort_values(["series", "at"])
    return ordered.groupby("series")["values"].diff().dropna()
