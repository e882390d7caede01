"""Theorem 6 in numbers: the distance between the classes and what flips the assumed network, against d."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.paper.render import Layout, interval
from fcflow.paper.theory.drawing import (
    LOOKS,
    dimension_axis,
    interval_text,
    law,
    log_values,
    series,
)
from fcflow.paper.theory.rows import (
    by_dimension,
    exact,
    exponent,
    lowest,
    mean,
    parts,
    pick,
    row,
    schema,
    table,
    total,
)
from fcflow.stats import proportion_estimate, quantile_estimate

SCHEMA = schema("theorem 6")
_QUANTILES = (0.05, 0.5, 0.95)
# From this dimension on α's distribution has settled enough for an exponent.
_LOW = 8


def rows(draws: pd.DataFrame, *, resamples: int, level: float) -> pd.DataFrame:
    """Return α's distribution for each column scale (``series``), and |R_dd| over all matrices, at each d."""
    how: dict[str, Any] = {"resamples": resamples, "level": level}
    found = []
    for scale, part in parts(draws, "column_scale"):
        found += _distances(part, f"scale {scale:g}", how, level)
    once = draws.drop_duplicates(["d", "draw"])
    for d, part in parts(once):
        n = len(part)
        found.append(row("norm", d, mean(part["boundary_norm"], **how), np.sqrt(2 / np.pi)))
        tail = quantile_estimate(part["boundary_norm"], 0.95, level=level)
        found.append(row("norm_q0.95", d, tail, 1.959963984540054))
        flips = proportion_estimate(
            int(part["flipped"].sum()), int(part["points"].sum()), level=level
        )
        found.append(row("flipped", d, flips, 1.0))
        found.append(row("flip_error", d, exact(part["flip_error"].max(), n), 0.0))
        found.append(row("redraws", d, exact(part["redraws"].sum(), n)))
    found.append(
        row("norm_exponent", None, exponent(by_dimension(once, "boundary_norm"), **how), 0.0)
    )
    return table(found)


def _distances(
    part: pd.DataFrame, name: str, how: dict[str, Any], level: float
) -> list[dict[str, Any]]:
    decoded = part[part["decoded"]].assign(
        alpha=lambda rows: rows["class_distance"] / np.sqrt(rows["d"]),
        ratio=lambda rows: 2 * rows["boundary_norm"] / rows["class_distance"],
        below=lambda rows: rows["class_distance"] < 2 * rows["feature_norm"] * (1 - 1e-9),
    )
    found = []
    for d, here in parts(decoded):
        n = len(here)
        found += [
            row(f"alpha_q{p:g}", d, quantile_estimate(here["alpha"], p, level=level), series=name)
            for p in _QUANTILES
        ]
        found.append(row("alpha_min", d, exact(here["alpha"].min(), n), series=name))
        found.append(row("class_distance", d, mean(here["class_distance"], **how), series=name))
        found.append(row("ratio", d, mean(here["ratio"], **how), series=name))
        below = proportion_estimate(int(here["below"].sum()), n, level=level)
        found.append(row("below_feature", d, below, series=name))
        found.append(row("nodes", d, exact(here["nodes"].mean(), n), series=name))
    settled = by_dimension(decoded, "class_distance", low=lowest(decoded, _LOW))
    found.append(row("class_distance_exponent", None, exponent(settled, **how), 0.5, series=name))
    ratios = by_dimension(decoded, "ratio", low=lowest(decoded, _LOW))
    found.append(row("ratio_exponent", None, exponent(ratios, **how), -0.5, series=name))
    return found


def layout(found: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown: one row a dimension and column scale."""
    distances = found[found["series"] != ""].dropna(subset=["at"])
    wide = distances.pivot(
        index=["series", "at"], columns="quantity", values="estimate"
    ).reset_index()
    counts = distances[distances["quantity"] == "alpha_min"].set_index(["series", "at"])["n"]
    wide["draws"] = [
        int(counts[place]) for place in wide[["series", "at"]].itertuples(index=False, name=None)
    ]
    norms = pick(found, "norm").set_index("at")["estimate"]
    wide["norm"] = [norms[d] for d in wide["at"]]
    labels = {
        "series": "columns",
        "at": "d",
        "draws": "matrices",
        "alpha_min": "least",
        "alpha_q0.05": "5 %",
        "alpha_q0.5": "median",
        "below_feature": "below 2‖a‖",
        "norm": "‖e‖",
        "ratio": "network / optimal",
    }
    spanners = {"α = class distance / √d": ["alpha_min", "alpha_q0.05", "alpha_q0.5"]}
    flips, norm = pick(found, "flipped"), total(found, "norm_exponent")
    flipped = int((flips["estimate"] * flips["n"]).round().sum())
    notes = [
        (
            f"{flipped} of {flips['n'].sum()} points flipped, d = {flips['at'].min():.0f} to"
            f" {flips['at'].max():.0f}; ‖e‖ = |R_dd| at the boundary, mean {np.sqrt(2 / np.pi):.4f}"
            f" in theory; exponent of d {norm['estimate']:.3f} ({level:.0%} interval"
            f" {interval(norm)}). The proof's e is twice as long."
        ),
        (
            "Class distances are exact (sphere decoding over all differences). The papers take 2‖a‖"
            " for them, which is an upper bound: the share of matrices where the classes are nearer"
            " is shown."
        ),
    ]
    notes += [
        f"Exponent of d, {series_name}, class distance: {fit['estimate']:.3f} ({interval(fit)}), d"
        f" ≥ {_LOW}."
        for series_name in distances["series"].unique()
        for fit in [total(found, "class_distance_exponent", series_name)]
        if fit["n"] > 0
    ]
    title = "Theorem 6. Exponentially many points of two classes"
    return wide, Layout(title, labels, spanners, notes, integers=["at", "draws"])


def draw(found: pd.DataFrame) -> Figure:
    """Draw α's distribution over d, and the network's tolerance beside the optimal classifier's."""
    figure = Figure(figsize=(7.2, 3.6))
    left, right = figure.subplots(1, 2)
    names = sorted(name for name in found["series"].unique() if name)
    for place, name in enumerate(names):
        color = LOOKS[place][0]
        low, high = pick(found, "alpha_q0.05", name), pick(found, "alpha_q0.95", name)
        left.fill_between(
            low["at"], low["estimate"], high["estimate"], color=color, alpha=0.15, linewidth=0
        )
        series(left, pick(found, "alpha_q0.5", name), place, f"median, {name}", linestyle="-")
        series(left, pick(found, "alpha_min", name), place, f"least, {name}", mfc="white")
        half = pick(found, "class_distance", name)
        halved = half.assign(**{column: half[column] / 2 for column in ("estimate", "low", "high")})
        fit = interval_text(total(found, "class_distance_exponent", name))
        series(right, halved, place, f"half class distance, {name}: {fit}")
    left.set(xlabel="dimension d", ylabel="α = class distance / √d", ylim=(0, None))
    left.set_title("bands: 5 % to 95 % of matrices", fontsize=8)
    left.legend(fontsize=7, loc="lower right")
    norm = pick(found, "norm")
    law(right, norm["at"], norm["expected"], "√(2/π), exact", linestyle=":")
    series(right, norm, 3, f"network ‖e‖ = |R_dd|: {interval_text(total(found, 'norm_exponent'))}")
    dimension_axis(right)
    log_values(right, "perturbation that is needed, mean")
    right.legend(fontsize=6.5, loc="upper right", title="exponent of d", title_fontsize=6.5)
    top = right.get_ylim()[1]
    right.set_ylim(top=top * 3)
    return figure
