"""What figures over the dimension d share: axes, marks with intervals, and the exact E φ."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter, ScalarFormatter

from fcflow.paper.labels import Label
from fcflow.paper.style import BLACK
from fcflow.theory.compression_ratio import expected_compression_ratio

_MARKS: dict[str, Any] = {"linestyle": "none", "markersize": 4.5, "elinewidth": 0.9, "capsize": 2}
_CROWDED = 1.9  # dimensions that are nearer, as a ratio, cannot both be written on an axis


def draw_expected_ratio(axes: Axes, dims: "pd.Series[int]", points: int = 200) -> list[Label]:
    """Draw the exact E φ over all Gaussian matrices, and 1/√d; return labels for their ends."""
    d = np.geomspace(dims.min(), dims.max(), points)
    expected, root = expected_compression_ratio(d), d**-0.5
    axes.plot(d, expected, color=BLACK, linewidth=1.2, zorder=1)
    axes.plot(d, root, color=BLACK, linewidth=0.8, linestyle="--", zorder=1)
    return [
        Label("1/√d", float(d[-1]), float(root[-1]), BLACK),
        Label("E φ, exact", float(d[-1]), float(expected[-1]), BLACK),
    ]


def draw_estimates(axes: Axes, rows: pd.DataFrame, shift: float, **look: Any) -> None:
    """Draw estimates with their intervals at d times ``shift``; rows without networks are not."""
    rows = rows[rows["n"] > 0].sort_values("d")
    if rows.empty:
        return
    value = rows["estimate"].to_numpy()
    sides = np.stack([value - rows["low"].to_numpy(), rows["high"].to_numpy() - value])
    bars = np.nan_to_num(sides).clip(min=0.0)
    axes.errorbar(rows["d"].to_numpy() * shift, value, yerr=bars, **(_MARKS | look))


def dimension_ticks(axes: Axes, dims: Iterable[int]) -> None:
    """Make the horizontal axis logarithmic, with those dimensions written that have room."""
    written: list[int] = []
    for d in sorted(set(dims)):
        if not written or d >= _CROWDED * written[-1]:
            written.append(d)
    axes.set_xscale("log")
    axes.set_xticks(written, [str(d) for d in written])
    axes.set_xticks([], minor=True)
    axes.set_xlabel("input dimension d")


def covers(dims: Iterable[int], d: int) -> bool:
    """Return whether a dimension lies among others, so that a published value can stand there."""
    every = set(dims)
    return bool(every) and min(every) <= d <= max(every)


def show_plain_numbers(axes: Axes, which: str = "xy") -> None:
    """Write the ticks of logarithmic axes as plain numbers."""
    for name in which:
        axis = axes.xaxis if name == "x" else axes.yaxis
        axis.set_major_formatter(ScalarFormatter())
        axis.set_minor_formatter(NullFormatter())


def set_ticks_within(axes: Axes, ticks: Iterable[float]) -> None:
    """Set those of the ticks that the y axis covers."""
    low, high = axes.get_ylim()
    axes.set_yticks([tick for tick in ticks if low <= tick <= high])
