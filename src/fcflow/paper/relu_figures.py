"""Figures of the ReLU experiment: ρ against d, its distribution, and ‖e‖/‖a‖ against |cos θ| ([FC] §6)."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, ScalarFormatter

from fcflow.paper import published
from fcflow.paper.relu import sweeps_dimension
from fcflow.paper.style import BLACK, BLUE, GREEN, ORANGE, SKY, VERMILION
from fcflow.theory.compression_ratio import expected_compression_ratio

_DEPTHS = [(BLUE, "o"), (VERMILION, "s"), (GREEN, "^"), (ORANGE, "D"), (SKY, "v")]


def draw_rho_against_dimension(extensions: pd.DataFrame) -> Figure:
    """Draw the mean of ρ against d, one series a depth, with the exact E φ and 1/√d.

    Filled marks are valid networks (training accuracy 1), hollow ones all that were trained.
    """
    figure = Figure(figsize=(6.2, 4.2))
    axes = figure.subplots()
    rows = extensions[
        sweeps_dimension(extensions["study"]) & extensions["quantity"].isin(["rho", "rho_all"])
    ]
    d = np.geomspace(rows["d"].min(), rows["d"].max(), 100)
    axes.plot(
        d, expected_compression_ratio(d), color=BLACK, linewidth=1.2, label="E φ over all A, exact"
    )
    axes.plot(d, d**-0.5, color=BLACK, linewidth=0.8, linestyle="--", label="1/√d")
    depths = sorted(set(rows["depth"]))
    for place, depth in enumerate(depths):
        color, marker = _DEPTHS[place % len(_DEPTHS)]
        shift, layers = (
            1.04 ** (place - (len(depths) - 1) / 2),
            f"{depth} hidden layer{'s' * (depth > 1)}",
        )
        for quantity, runs, side, face in (
            ("rho", "valid", 1.01, color),
            ("rho_all", "all", 1 / 1.01, "white"),
        ):
            chosen = rows[
                (rows["depth"] == depth) & (rows["quantity"] == quantity) & (rows["n"] > 0)
            ].sort_values("d")
            look = {"color": color, "marker": marker, "mfc": face, "label": f"ρ, {layers}, {runs}"}
            _errorbars(axes, chosen, shift * side, look)
    axes.set(xscale="log", yscale="log", xlabel="input dimension d", ylabel="ρ, mean over networks")
    axes.set_xticks(sorted(set(rows["d"])))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(ScalarFormatter())
        axis.set_minor_formatter(NullFormatter())
    low, high = axes.get_ylim()
    axes.set_yticks([tick for tick in (0.05, 0.1, 0.2, 0.5, 1.0) if low <= tick <= high])
    axes.legend(fontsize=7.5)
    return figure


def draw_rho_distribution(segments: pd.DataFrame, experiments: pd.DataFrame) -> Figure:
    """Draw the distribution of ρ over Table 3's valid networks at each α: every network a point, and the quartiles."""
    valid = experiments[(experiments["study"] == "table3") & experiments["valid"]][["study", "run"]]
    rows = segments.merge(valid, on=["study", "run"]).dropna(subset=["rho"])
    figure = Figure(figsize=(6.2, 3.6))
    axes = figure.subplots()
    alphas = sorted(set(rows["alpha"]))
    samples = [rows.loc[rows["alpha"] == alpha, "rho"].to_numpy() for alpha in alphas]
    width = 0.6 / max(len(alphas) - 1, 1)
    for alpha, sample in zip(alphas, samples, strict=True):
        spread = np.linspace(-0.45, 0.45, sample.size) * width
        axes.plot(
            alpha + spread, sample, linestyle="none", marker=".", markersize=3, color=SKY, zorder=1
        )
        low, middle, high = np.quantile(sample, [0.25, 0.5, 0.75])
        axes.vlines(alpha, low, high, color=BLACK, linewidth=3, zorder=2)
        axes.plot(alpha, middle, marker="o", color="white", markeredgecolor=BLACK, zorder=3)
    axes.plot(
        published.TABLE3_ALPHA,
        published.TABLE3_MEAN,
        "x",
        color=VERMILION,
        zorder=4,
        label="published mean",
    )
    axes.set(
        xlabel="α",
        ylabel="ρ",
        ylim=(0, 1),
        title=f"{len(valid)} accurate networks; bar: quartiles, ring: median",
    )
    axes.legend(fontsize=8, loc="upper right")
    return figure


def draw_ratio_against_compression(points: pd.DataFrame) -> Figure:
    """Draw ‖e‖/‖a‖ against |cos θ| of every attacked point of Table 4, with the certified bounds and the identity."""
    figure = Figure(figsize=(4.6, 4.4))
    axes = figure.subplots()
    found = points[points["success"]].dropna(subset=["cos_theta"])
    cosine = found["cos_theta"].abs().to_numpy()
    limit = 1.05 * max([1e-3, *cosine, *found["minimal_ratio"]])
    axes.plot([0, limit], [0, limit], color=BLACK, linewidth=0.8, label="identity")
    axes.vlines(
        cosine, found["certified_ratio"], found["minimal_ratio"], color=VERMILION, linewidth=1.5
    )
    axes.plot(
        cosine,
        found["certified_ratio"],
        linestyle="none",
        marker="_",
        color=VERMILION,
        label="certified",
    )
    axes.plot(
        cosine,
        found["minimal_ratio"],
        linestyle="none",
        marker="o",
        markersize=3,
        color=BLUE,
        label="found",
    )
    axes.set(
        xlabel="|cos θ| at the clean point",
        ylabel="‖e‖/‖a‖",
        xlim=(0, limit),
        ylim=(0, limit),
        aspect="equal",
    )
    axes.set_title(f"{len(found)} points of {found['run'].nunique()} networks", fontsize=9)
    axes.legend(fontsize=8)
    return figure


def _errorbars(axes: Axes, rows: pd.DataFrame, shift: float, look: dict[str, Any]) -> None:
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
    }
    axes.errorbar(rows["d"].to_numpy() * shift, value, yerr=bars, **(usual | look))
