"""Figures of the ReLU networks: ρ against d and in full, ‖e‖/‖a‖ against |cos θ| ([FC] §6)."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.experiments.hypercube.drawing import (
    draw_estimates,
    draw_expected_ratio,
    set_ticks_within,
    show_plain_numbers,
)
from fcflow.experiments.relu.columns import EXPERIMENTS, POINTS, SEGMENTS
from fcflow.experiments.relu.table_columns import EXTENSIONS, sweeps_dimension
from fcflow.paper import published
from fcflow.paper.figure import figure
from fcflow.paper.style import BLACK, BLUE, GREEN, ORANGE, SKY, VERMILION

_DEPTHS = [(BLUE, "o"), (VERMILION, "s"), (GREEN, "^"), (ORANGE, "D"), (SKY, "v")]


@figure(
    "rho_dimension",
    reads={"extensions": EXTENSIONS.at("results/tables/relu.parquet")},
    label="ρ against d",
    shows="one series a depth",
    caption="The average of ρ over accurate networks against the input dimension, for one, two and "
    "three hidden layers.",
)
def rho_dimension(extensions: pd.DataFrame) -> Figure:
    """Draw the mean of ρ against d, one series a depth, with the exact E φ and 1/√d.

    Filled marks are valid networks (training accuracy 1), hollow ones all that were trained.
    """
    figure = Figure(figsize=(6.2, 4.2))
    axes = figure.subplots()
    swept = extensions[sweeps_dimension(extensions["study"])]
    rows = swept[swept["quantity"].isin(["rho", "rho_all"])]
    draw_expected_ratio(axes, rows["d"], points=100)

    depths = sorted(set(rows["depth"]))
    for place, depth in enumerate(depths):
        color, marker = _DEPTHS[place % len(_DEPTHS)]
        # Depths are set side by side, and the valid networks beside all, so that no interval hides
        # another.
        shift = 1.04 ** (place - (len(depths) - 1) / 2)
        for quantity, runs, side, face in (
            ("rho", "valid", 1.01, color),
            ("rho_all", "all", 1 / 1.01, "white"),
        ):
            drawn = rows[(rows["depth"] == depth) & (rows["quantity"] == quantity)]
            label = f"ρ, {depth} hidden layer{'s' * (depth > 1)}, {runs}"
            look = {"color": color, "marker": marker, "mfc": face, "label": label}
            draw_estimates(axes, drawn, shift * side, **look)

    axes.set(xscale="log", yscale="log", xlabel="input dimension d", ylabel="ρ, mean over networks")
    axes.set_xticks(sorted(set(rows["d"])))
    show_plain_numbers(axes)
    set_ticks_within(axes, (0.05, 0.1, 0.2, 0.5, 1.0))
    axes.legend(fontsize=7.5)
    return figure


@figure(
    "rho_distribution",
    reads={
        "segments": SEGMENTS.at("results/relu/table3/segments.parquet"),
        "experiments": EXPERIMENTS.at("results/relu/experiments.parquet"),
    },
    label="Table 3 in full",
    shows="ρ of every network",
    caption="ρ of every network behind Table 3: averages hide how much networks differ, because "
    "each has its own random matrix.",
)
def rho_distribution(segments: pd.DataFrame, experiments: pd.DataFrame) -> Figure:
    """Draw ρ of Table 3's valid networks at each α, every network a point, with quartiles."""
    valid = experiments[(experiments["study"] == "table3") & experiments["valid"]][["study", "run"]]
    rows = segments.merge(valid, on=["study", "run"]).dropna(subset=["rho"])
    figure = Figure(figsize=(6.2, 3.6))
    axes = figure.subplots()
    alphas = sorted(set(rows["alpha"]))
    width = 0.6 / max(len(alphas) - 1, 1)
    for alpha in alphas:
        sample = rows.loc[rows["alpha"] == alpha, "rho"].to_numpy()
        places = alpha + np.linspace(-0.45, 0.45, sample.size) * width
        axes.plot(places, sample, linestyle="none", marker=".", markersize=3, color=SKY, zorder=1)
        low, middle, high = np.quantile(sample, [0.25, 0.5, 0.75])
        axes.vlines(alpha, low, high, color=BLACK, linewidth=3, zorder=2)
        axes.plot(alpha, middle, marker="o", color="white", markeredgecolor=BLACK, zorder=3)

    mean: dict[str, Any] = {"color": VERMILION, "zorder": 4, "label": "published mean"}
    axes.plot(published.TABLE3_ALPHA, published.TABLE3_MEAN, "x", **mean)
    axes.set(xlabel="α", ylabel="ρ", ylim=(0, 1))
    axes.set_title(f"{len(valid)} accurate networks; bar: quartiles, ring: median")
    axes.legend(fontsize=8, loc="upper right")
    return figure


@figure(
    "table4_scatter",
    reads={"points": POINTS.at("results/relu/table4/points.parquet")},
    label="Table 4 in full",
    shows="‖e‖/‖a‖ against |cos θ|",
    caption="Every attacked point of Table 4: least perturbation over the feature's norm against "
    "the compression at the clean point.",
)
def table4_scatter(points: pd.DataFrame) -> Figure:
    """Draw ‖e‖/‖a‖ against |cos θ| of Table 4's points, with certified bounds and identity."""
    figure = Figure(figsize=(4.6, 4.4))
    axes = figure.subplots()
    flipped = points[points["success"]].dropna(subset=["cos_theta"])
    cosine, ratio = flipped["cos_theta"].abs(), flipped["minimal_ratio"]
    certified = flipped["certified_ratio"]
    limit = 1.05 * max([1e-3, *cosine, *ratio])

    axes.plot([0, limit], [0, limit], color=BLACK, linewidth=0.8, label="identity")
    axes.vlines(cosine, certified, ratio, color=VERMILION, linewidth=1.5)
    marks: dict[str, Any] = {"linestyle": "none", "color": VERMILION, "label": "certified"}
    axes.plot(cosine, certified, marker="_", **marks)
    marks |= {"color": BLUE, "label": "found"}
    axes.plot(cosine, ratio, marker="o", markersize=3, **marks)

    axes.set(xlabel="|cos θ| at the clean point", ylabel="‖e‖/‖a‖", aspect="equal")
    axes.set(xlim=(0, limit), ylim=(0, limit))
    axes.set_title(f"{len(flipped)} points of {flipped['run'].nunique()} networks", fontsize=9)
    axes.legend(fontsize=8)
    return figure
