"""How cells of studies are drawn: a line each, with its name at the left and its interval."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from fcflow.paper.style import AZURE, BLACK, GREEN, GREY, ORANGE, RED, VIOLET

# Colours of what is told apart beside the names, with marks for those who do not see colours.
LOOKS: dict[str, tuple[str, str]] = {
    "linear": (ORANGE, "s"),
    "relu": (VIOLET, "o"),
    "leaky_relu": (RED, "^"),
    "gelu": (GREEN, "D"),
    "tanh": (AZURE, "v"),
    "plain": (BLACK, "o"),
    "weight_decay": (GREY, "s"),
    "penalty": (ORANGE, "^"),
    "augmentation": (GREEN, "D"),
    "adversarial": (VIOLET, "v"),
}

# Of logarithmic axes, of which those within the limits are written.
_TICKS = [first * 10.0**power for power in range(-3, 4) for first in (1, 1.5, 2, 3, 5, 7)]
_MOST_TICKS = 6


def draw_cells(
    axes: Axes,
    rows: pd.DataFrame,
    quantity: str,
    *,
    group_of: Callable[[str], str] | None = None,
    **look: Any,
) -> list[str]:
    """Draw the estimates of a quantity, a line for each series, the first on top.

    Parameters
    ----------
    group_of : callable, optional
        From a series to the group that it belongs to, whose name stands above its first line.
        Nothing stands above a group without a name.

    Returns
    -------
    list of str
        The series that are drawn, those that have an estimate.
    """
    own = rows[(rows["quantity"] == quantity) & (rows["series"] != "")]
    own = own[own["estimate"].notna()]
    series = [str(name) for name in own["series"]]
    groups = [group_of(name) for name in series] if group_of else [""] * len(series)
    # The name of a group takes a line.
    begins = [bool(group) and group not in groups[:at] for at, group in enumerate(groups)]
    places = -(np.arange(len(own)) + np.cumsum(begins, dtype=int))
    value = own["estimate"].to_numpy()
    sides = np.stack([value - own["low"].to_numpy(), own["high"].to_numpy() - value])
    options: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 4.5, "capsize": 2}
    bars = np.nan_to_num(sides).clip(min=0.0)
    axes.errorbar(value, places, xerr=bars, **({"color": VIOLET} | options | look))
    names = [f"{name} ({n})" for name, n in zip(series, own["n"], strict=True)]
    heads = [(place + 1, group) for place, group in zip(places, groups, strict=True)]
    heads = [head for head, first in zip(heads, begins, strict=True) if first]
    axes.set_yticks(
        [*places, *(place for place, _ in heads)], [*names, *(name for _, name in heads)]
    )
    for label in axes.get_yticklabels()[len(names) :]:
        label.set_fontweight("bold")
    axes.tick_params(axis="y", labelsize=7.5)
    axes.set_ylim(-len(own) - len(heads) + 0.4, 0.6)
    return series


def nothing_learned(axes: Axes) -> None:
    """Say that there is nothing to draw."""
    middle: dict[str, Any] = {"ha": "center", "va": "center", "transform": axes.transAxes}
    axes.text(0.5, 0.5, "no network has learned its task", **middle)


def plain_log_axes(axes: Axes, which: str = "xy") -> None:
    """Make axes logarithmic, with a few ticks that are written as plain numbers.

    Limits have to be set before, or what is drawn.
    """
    for name in which:
        axis = axes.xaxis if name == "x" else axes.yaxis
        (axes.set_xscale if name == "x" else axes.set_yscale)("log")
        low, high = axes.get_xlim() if name == "x" else axes.get_ylim()
        ticks = [tick for tick in _TICKS if low <= tick <= high]
        if len(ticks) > _MOST_TICKS:
            ticks = [tick for tick in ticks if f"{tick:g}".strip("0.") in ("1", "2", "5")]
        axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
        axis.set_ticks([], minor=True)
