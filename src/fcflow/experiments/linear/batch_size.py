"""What the batch size, which the papers do not state, does to the five numbers of Table 2."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fcflow.experiments.linear.table_columns import BATCH_SIZES
from fcflow.paper import published
from fcflow.paper.figure import figure
from fcflow.paper.style import BLACK, ORANGE, headline

_SHADE = "#e3efe9"


class _Panel(NamedTuple):
    """One number of Table 2."""

    quantity: str
    title: str
    published: float


_PANELS = (
    _Panel(
        "valid_rate", "learned all points, share", published.TABLE2_VALID / published.TABLE2_RUNS
    ),
    _Panel(
        "aligned_rate",
        "of these, |cos θ₂| > 0.9",
        published.TABLE2_ALIGNED / published.TABLE2_VALID,
    ),
    _Panel("abs_cos_theta1", "average |cos θ₁|", published.TABLE2_COS_THETA1),
    _Panel("phi", "average φ", published.TABLE2_PHI),
    _Panel("difference", "average ||cos θ₁| − φ|", published.TABLE2_DIFFERENCE),
)

# Why a batch size has no mark; averages are over networks with |cos θ2| above the limit.
_ABSENT = {"valid_rate": "no network", "aligned_rate": "none learned all points"}


@figure(
    "batch_size_effect",
    reads={"sizes": BATCH_SIZES.at("results/tables/batch_size.parquet")},
    label="Batch size",
    shows="Table 2 at batch sizes that the papers may have used",
    caption="The papers do not state their batch size, which decides how many networks learn all"
    " their points and with it every average of Table 2. |cos θ2| near 1 means that a network's"
    " weights are those that theory assumes; |cos θ1| is how much of the feature it sees, and φ"
    " what theory predicts of that. Marks are rebuilt, with intervals; dashed lines are published;"
    " shaded is where all five published values lie in the intervals. Looked for after the tables"
    " had been seen, among the batch sizes shown: it suggests a batch size, and tests none.",
)
def batch_size_effect(sizes: pd.DataFrame, *, level: float) -> Figure:
    """Draw the five numbers of Table 2 against the batch size, beside the published ones."""
    figure = Figure(figsize=(9.0, 2.9))
    places = {size: place for place, size in enumerate(sorted(sizes["batch_size"].unique()))}
    explained = explaining(sizes)
    for axes, panel in zip(figure.subplots(1, len(_PANELS)), _PANELS, strict=True):
        for size in explained:
            axes.axvspan(places[size] - 0.45, places[size] + 0.45, color=_SHADE, zorder=0)
        _draw(axes, sizes[sizes["quantity"] == panel.quantity], places, _ABSENT.get(panel.quantity))
        axes.axhline(panel.published, color=ORANGE, linestyle="--", linewidth=1.2)
        axes.set_title(panel.title, fontsize=9)
        axes.set_xticks(list(places.values()), [str(size) for size in places], fontsize=8)
        axes.set(xlim=(-0.6, len(places) - 0.4), ylim=(0.0, None), xlabel="batch size")
    first = figure.axes[0]
    first.annotate(
        *("published", (0.03, _PANELS[0].published)),
        xycoords=("axes fraction", "data"),
        xytext=(0, 3),
        textcoords="offset points",
        color=ORANGE,
        fontsize=8,
    )
    headline(figure, _title(explained, level))
    return figure


def explaining(sizes: pd.DataFrame) -> list[int]:
    """Return the batch sizes at which all published values of Table 2 lie in the intervals.

    Examples
    --------
    >>> explaining(pd.DataFrame(columns=["batch_size", "quantity", "low", "high"]))
    []
    """
    values = {panel.quantity: panel.published for panel in _PANELS}
    rows = sizes[sizes["quantity"].isin(values)]
    printed = rows["quantity"].map(values)
    held = (rows["low"] <= printed) & (printed <= rows["high"])
    counts = held.astype(int).groupby(rows["batch_size"]).sum()
    return [int(size) for size in counts.index[counts == len(values)]]


def _draw(axes: Axes, rows: pd.DataFrame, places: dict[int, int], absent: str | None) -> None:
    """Draw estimates with their intervals; sizes with nothing to average say so."""
    known = rows.dropna(subset=["estimate"])
    value = known["estimate"].to_numpy()
    sides = np.stack([value - known["low"].to_numpy(), known["high"].to_numpy() - value])
    at = [places[size] for size in known["batch_size"]]
    bars = np.nan_to_num(sides).clip(min=0.0)
    axes.errorbar(
        *(at, value),
        yerr=bars,
        color=BLACK,
        marker="o",
        linestyle="none",
        markersize=5,
        capsize=3,
        elinewidth=1.2,
    )
    for size in rows.loc[rows["estimate"].isna(), "batch_size"]:
        axes.annotate(
            *(absent or "none with |cos θ₂| > 0.9", (places[size], 0.04)),
            xycoords=("data", "axes fraction"),
            ha="center",
            fontsize=7.5,
            rotation=90,
        )


def _title(explained: list[int], level: float) -> str:
    if not explained:
        return f"At no batch size do all values of Table 2 lie in the rebuilt {level:.0%} intervals"
    named = ", ".join(map(str, explained))
    return (
        f"At batch size {named} all five published values of Table 2 lie in the rebuilt"
        f" {level:.0%} intervals (chosen after seeing the tables: no test)"
    )
