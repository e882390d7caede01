"""Figure 2: the compression ratio against the dimension ([FC] §6)."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from fcflow.experiments.hypercube.drawing import (
    draw_estimates,
    draw_expected_ratio,
    set_ticks_within,
    show_plain_numbers,
)
from fcflow.experiments.linear.table_columns import DIMENSIONS, SLOPES
from fcflow.paper.figure import figure
from fcflow.paper.style import BLUE, GREEN, ORANGE, VERMILION

# The papers' 20 epochs at every dimension; and longer training where 20 epochs leave few runs
# valid.
_PAPER, _LONGER = ("dimension", "dimension_high"), ("dimension_longer",)
_COMPRESSION, _PHI = {"color": BLUE, "marker": "o"}, {"color": VERMILION, "marker": "s"}
_SERIES: list[tuple[tuple[str, ...], str, str, dict[str, Any], str]] = [
    (_PAPER, "all", "abs_cos_theta1", _COMPRESSION | {"mfc": "white"}, "|cos θ₁|, all runs"),
    (_PAPER, "all", "phi", _PHI | {"mfc": "white"}, "φ, all runs"),
    (_PAPER, "valid", "abs_cos_theta1", _COMPRESSION, "|cos θ₁|, valid runs"),
    (_PAPER, "valid", "phi", _PHI, "φ, valid runs"),
    (
        *(_LONGER, "valid", "abs_cos_theta1"),
        *({"color": GREEN, "marker": "^"}, "|cos θ₁|, valid, trained on"),
    ),
    (_LONGER, "valid", "phi", {"color": ORANGE, "marker": "D"}, "φ, valid, trained on"),
]
# Series of one dimension are set side by side, so that no interval hides another.
_SPREAD = 1.018


@figure(
    "figure2",
    reads={
        "dimensions": DIMENSIONS.at("results/tables/dimension.parquet"),
        "slopes": SLOPES.at("results/tables/dimension_slopes.parquet"),
    },
    label="Figure 2",
    shows="compression against dimension",
    caption="Compression ratio against the input dimension: measured |cos θ1| and theoretical "
    "φ, with the exact E φ over all Gaussian matrices and its law 1/√d. Filled marks are valid "
    "runs, hollow marks all runs that were trained.",
)
def figure2(dimensions: pd.DataFrame, slopes: pd.DataFrame, *, level: float) -> Figure:
    """Draw Figure 2.

    Filled marks are valid runs (training accuracy 1), hollow ones all runs that were trained. The
    line is the exact E φ over all Gaussian matrices, the dashed one its law 1/√d. Below: the share
    of runs that were valid.
    """
    figure = Figure(figsize=(6.6, 5.6))
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[4, 1])

    draw_expected_ratio(upper, dimensions["d"], points=200, zorder=1)
    for place, (studies, runs, quantity, look, label) in enumerate(_SERIES):
        rows = _rows_of(dimensions, studies, runs, quantity)
        draw_estimates(upper, rows, _SPREAD ** (place - 2.5), **look, label=label, zorder=3)

    for studies, color, marker in ((_PAPER, BLUE, "o"), (_LONGER, GREEN, "^")):
        rows = _rows_of(dimensions, studies, "all", "valid_rate")
        draw_estimates(lower, rows, 1.0, color=color, marker=marker, linestyle=":", zorder=3)

    upper.set(xscale="log", yscale="log", ylabel="compression ratio")
    upper.set_title(_title(slopes), fontsize=9)
    lower.set(xlabel="input dimension d", ylabel="share valid", ylim=(-0.05, 1.05))
    lower.set_xticks(sorted(dimensions["d"].unique()), minor=False)
    lower.tick_params(axis="x", labelsize=8)
    show_plain_numbers(lower, "x")
    show_plain_numbers(upper, "y")
    set_ticks_within(upper, (0.02, 0.05, 0.1, 0.2, 0.5, 1.0))
    upper.legend(fontsize=7.5, loc="lower left")
    note = f"bars: {level:.0%} bootstrap intervals of the mean"
    upper.annotate(note, (0.99, 0.98), xycoords="axes fraction", ha="right", va="top", fontsize=7.5)
    return figure


def _rows_of(
    rows: pd.DataFrame, studies: tuple[str, ...], runs: str, quantity: str
) -> pd.DataFrame:
    return rows[
        rows["study"].isin(studies) & (rows["runs"] == runs) & (rows["quantity"] == quantity)
    ]


def _title(slopes: pd.DataFrame) -> str:
    valid = slopes[(slopes["study"] == "dimension") & (slopes["runs"] == "valid")]
    exponents = []
    for quantity, name in (("abs_cos_theta1", "|cos θ₁|"), ("phi", "φ")):
        fitted = valid[valid["quantity"] == quantity].dropna(subset=["estimate"])
        exponents += [
            rf"{name} ∝ $d^{{{row.estimate:.2f}}}$ [{row.low:.2f}, {row.high:.2f}]".replace(
                "[-", "[−"
            ).replace(" -", " −")
            for row in fitted.itertuples()
        ]
    if not exponents:
        return "No slope: fewer than two dimensions with valid runs"
    return "Valid runs, 20 epochs: " + ", ".join(exponents)
