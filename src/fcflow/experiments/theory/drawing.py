"""Axes and series that the theorems' figures share."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator, ScalarFormatter

from fcflow.experiments.theory.rows import total
from fcflow.paper.labels import Label
from fcflow.paper.numbers import estimate, plain
from fcflow.paper.style import AZURE, BLACK, GREEN, ORANGE, RED, VIOLET

LOOKS = [(VIOLET, "o"), (RED, "s"), (AZURE, "^"), (GREEN, "D"), (ORANGE, "v"), (BLACK, "x")]


def dimension_axis(axes: Axes) -> None:
    """Make the horizontal axis logarithmic in powers of two."""
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_locator(LogLocator(base=4))
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("dimension d")


def log_axes(axes: Axes, label: str) -> None:
    """Make both axes logarithmic, the horizontal one of dimensions."""
    dimension_axis(axes)
    axes.set_yscale("log")
    # Powers of ten alone would leave an axis of one decade with a single number.
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_ylabel(label)


def series(axes: Axes, rows: pd.DataFrame, place: int, label: str | None, **others: Any) -> None:
    """Draw estimates with their intervals against ``at``; ``place`` picks colour and mark."""
    color, marker = LOOKS[place % len(LOOKS)]
    value = rows["estimate"].to_numpy()
    low, high = rows["low"].fillna(rows["estimate"]), rows["high"].fillna(rows["estimate"])
    bars = np.stack([value - low.to_numpy(), high.to_numpy() - value]).clip(min=0.0)
    look: dict[str, Any] = {"linestyle": "none", "markersize": 4.5, "elinewidth": 0.9, "capsize": 2}
    look |= {"color": color, "marker": marker, "label": label}
    axes.errorbar(rows["at"].to_numpy(), value, yerr=bars, **(look | others))


def law(axes: Axes, x: Any, y: Any, label: str | None = None, **others: Any) -> None:
    """Draw what theory says as a line."""
    look: dict[str, Any] = {"color": BLACK, "linewidth": 1.0, "zorder": 1}
    axes.plot(x, y, label=label, **(look | others))


def end_of(rows: pd.DataFrame, place: int, text: str, column: str = "estimate") -> Label:
    """Return a label for the right end of a series."""
    kept = rows.dropna(subset=[column])
    if kept.empty:
        return Label(text, np.nan, np.nan, BLACK)
    last = kept.sort_values("at").iloc[-1]
    return Label(text, float(last["at"]), float(last[column]), LOOKS[place % len(LOOKS)][0])


def exponent_text(rows: pd.DataFrame, quantity: str, series: str = "") -> str:
    """Return the exponent of d of a quantity, with its interval, as labels show it.

    Examples
    --------
    >>> row = {"quantity": "norm_exponent", "series": "", "at": float("nan")}
    >>> fit = {"estimate": -0.5, "low": -0.52, "high": -0.48}
    >>> exponent_text(pd.DataFrame([row | fit]), "norm")
    'exponent −0.500 [−0.520, −0.480]'
    """
    return f"exponent {estimate(total(rows, f'{quantity}_exponent', series))}"
