"""Figure 2: the compression ratio against the dimension ([FC] §6)."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, ScalarFormatter

from fcflow.paper.style import BLACK, BLUE, GREEN, ORANGE, VERMILION
from fcflow.theory.compression_ratio import expected_compression_ratio

# The papers' 20 epochs at every dimension; and longer training where 20 epochs leave few runs
# valid.
_PAPER, _LONGER = ("dimension", "dimension_high"), ("dimension_longer",)

_MARKS: list[tuple[tuple[str, ...], str, str, dict[str, Any]]] = [
    (
        _PAPER,
        "all",
        "abs_cos_theta1",
        {"color": BLUE, "marker": "o", "mfc": "white", "label": "|cos θ₁|, all runs"},
    ),
    (
        _PAPER,
        "all",
        "phi",
        {"color": VERMILION, "marker": "s", "mfc": "white", "label": "φ, all runs"},
    ),
    (
        _PAPER,
        "valid",
        "abs_cos_theta1",
        {"color": BLUE, "marker": "o", "label": "|cos θ₁|, valid runs"},
    ),
    (_PAPER, "valid", "phi", {"color": VERMILION, "marker": "s", "label": "φ, valid runs"}),
    (
        _LONGER,
        "valid",
        "abs_cos_theta1",
        {"color": GREEN, "marker": "^", "label": "|cos θ₁|, valid, trained on"},
    ),
    (_LONGER, "valid", "phi", {"color": ORANGE, "marker": "D", "label": "φ, valid, trained on"}),
]
# Series of one dimension are set side by side, so that no interval hides another.
_SPREAD = 1.018


def draw_figure2(dimensions: pd.DataFrame, slopes: pd.DataFrame, level: float) -> Figure:
    """Draw Figure 2 from the rows of :func:`~fcflow.paper.linear.dimension_table` and its slopes.

    Filled marks are valid runs (training accuracy 1), hollow ones all runs that were trained. The
    line is the exact E φ over all Gaussian matrices, the dashed one its law 1/√d. Below: the share
    of runs that were valid.
    """
    figure = Figure(figsize=(6.6, 5.6))
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[4, 1])
    d = np.geomspace(dimensions["d"].min(), dimensions["d"].max(), 200)
    upper.plot(
        d,
        expected_compression_ratio(d),
        color=BLACK,
        linewidth=1.2,
        label="E φ over all A, exact",
        zorder=1,
    )
    upper.plot(d, d**-0.5, color=BLACK, linewidth=0.8, linestyle="--", label="1/√d", zorder=1)
    for place, (studies, runs, quantity, look) in enumerate(_MARKS):
        _draw_series(
            upper, _pick(dimensions, studies, runs, quantity), _SPREAD ** (place - 2.5), look
        )
    for studies, look in (
        (_PAPER, {"color": BLUE, "marker": "o"}),
        (_LONGER, {"color": GREEN, "marker": "^"}),
    ):
        _draw_series(
            lower, _pick(dimensions, studies, "all", "valid_rate"), 1.0, {**look, "linestyle": ":"}
        )
    upper.set(xscale="log", yscale="log", ylabel="compression ratio")
    upper.set_title(_title(slopes), fontsize=9)
    lower.set(xlabel="input dimension d", ylabel="share valid", ylim=(-0.05, 1.05))
    ticks = sorted(dimensions["d"].unique())
    lower.set_xticks(ticks, minor=False)
    lower.tick_params(axis="x", labelsize=8)
    lower.xaxis.set_major_formatter(ScalarFormatter())
    lower.xaxis.set_minor_formatter(NullFormatter())
    upper.yaxis.set_major_formatter(ScalarFormatter())
    upper.yaxis.set_minor_formatter(NullFormatter())
    upper.set_yticks([tick for tick in (0.02, 0.05, 0.1, 0.2, 0.5, 1.0) if _covers(upper, tick)])
    upper.legend(fontsize=7.5, loc="lower left")
    upper.annotate(
        f"bars: {level:.0%} bootstrap intervals of the mean", (0.99, 0.98), xycoords="axes fraction",
        ha="right", va="top", fontsize=7.5,
    )  # fmt: skip
    return figure


def _covers(axes: Axes, tick: float) -> bool:
    low, high = axes.get_ylim()
    return low <= tick <= high


def _pick(rows: pd.DataFrame, studies: tuple[str, ...], runs: str, quantity: str) -> pd.DataFrame:
    chosen = rows[
        rows["study"].isin(studies) & (rows["runs"] == runs) & (rows["quantity"] == quantity)
    ]
    return chosen[chosen["n"] > 0].sort_values("d")


def _draw_series(axes: Axes, rows: pd.DataFrame, shift: float, look: dict[str, Any]) -> None:
    if rows.empty:
        return
    value = rows["estimate"].to_numpy()
    bars = np.nan_to_num(
        np.stack([value - rows["low"].to_numpy(), rows["high"].to_numpy() - value])
    ).clip(min=0.0)
    usual: dict[str, Any] = {
        "linestyle": "none",
        "markersize": 4.5,
        "elinewidth": 0.9,
        "capsize": 2,
        "zorder": 3,
    }
    axes.errorbar(rows["d"].to_numpy() * shift, value, yerr=bars, **(usual | look))


def _title(slopes: pd.DataFrame) -> str:
    told = []
    for quantity, name in (("abs_cos_theta1", "|cos θ₁|"), ("phi", "φ")):
        chosen = slopes[
            (slopes["study"] == "dimension")
            & (slopes["runs"] == "valid")
            & (slopes["quantity"] == quantity)
        ].dropna(subset=["estimate"])
        told += [
            rf"{name} ∝ $d^{{{row.estimate:.2f}}}$ [{row.low:.2f}, {row.high:.2f}]".replace(
                "[-", "[−"
            ).replace(" -", " −")
            for row in chosen.itertuples()
        ]
    return (
        "Valid runs, 20 epochs: " + ", ".join(told)
        if told
        else "No slope: fewer than two dimensions with valid runs"
    )
