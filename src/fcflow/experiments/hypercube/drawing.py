"""What figures over the dimension d share: axes, marks with intervals, and the exact E φ."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter, ScalarFormatter

from fcflow.paper.style import BLACK
from fcflow.theory.compression_ratio import expected_compression_ratio

_MARKS: dict[str, Any] = {"linestyle": "none", "markersize": 4.5, "elinewidth": 0.9, "capsize": 2}


def draw_expected_ratio(axes: Axes, dims: "pd.Series[int]", points: int, **look: Any) -> None:
    """Draw the exact E φ over all Gaussian matrices, and 1/√d, at ``points`` places."""
    d = np.geomspace(dims.min(), dims.max(), points)
    expected = expected_compression_ratio(d)
    axes.plot(d, expected, color=BLACK, linewidth=1.2, label="E φ over all A, exact", **look)
    axes.plot(d, d**-0.5, color=BLACK, linewidth=0.8, linestyle="--", label="1/√d", **look)


def draw_estimates(axes: Axes, rows: pd.DataFrame, shift: float, **look: Any) -> None:
    """Draw estimates with their intervals at d times ``shift``; rows without networks are not."""
    rows = rows[rows["n"] > 0].sort_values("d")
    if rows.empty:
        return
    value = rows["estimate"].to_numpy()
    sides = np.stack([value - rows["low"].to_numpy(), rows["high"].to_numpy() - value])
    bars = np.nan_to_num(sides).clip(min=0.0)
    axes.errorbar(rows["d"].to_numpy() * shift, value, yerr=bars, **(_MARKS | look))


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
