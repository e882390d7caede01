"""Theorem 5 in numbers: the attack within two probing vectors' span, against d."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.paper.render import Layout, interval
from fcflow.paper.theory.drawing import dimension_axis, interval_text, law, log_values, series
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
from fcflow.stats import proportion_estimate

SCHEMA = schema("theorem 5")
# Below this dimension a plane is a large part of the space.
_LOW = 16


def rows(draws: pd.DataFrame, *, resamples: int, level: float) -> pd.DataFrame:
    """Return both bounds, how exactly the first is attained, and the input's norm, at each d."""
    how: dict[str, Any] = {"resamples": resamples, "level": level}
    drawn = draws.assign(
        attained=(draws["norm"] / draws["bound"] - 1).abs(),
        slack=draws["norm"] / draws["projection_norm"],
        tie=(draws["gap_after"] / draws["gap"]).abs(),
    )
    found = []
    for d, part in parts(drawn):
        n = len(part)
        found.append(row("norm", d, mean(part["norm"], **how)))
        found.append(row("projection_norm", d, mean(part["projection_norm"], **how)))
        found.append(row("input_norm", d, mean(part["input_norm"], **how), np.sqrt(d)))
        found.append(row("slack", d, mean(part["slack"], **how)))
        found.append(
            row("flipped", d, proportion_estimate(int(part["flipped"].sum()), n, level=level), 1.0)
        )
        held = int((part["norm"] <= part["projection_norm"] * (1 + 1e-12)).sum())
        found.append(row("held", d, proportion_estimate(held, n, level=level), 1.0))
        found += [
            row(name, d, exact(part[name].max(), n), 0.0)
            for name in ("attained", "tie", "outside_span")
        ]
    for name, theory in (("norm", None), ("projection_norm", 0.0), ("input_norm", 0.5)):
        found.append(
            row(
                f"{name}_exponent",
                None,
                exponent(by_dimension(drawn, name, low=lowest(drawn, _LOW)), **how),
                theory,
            )
        )
    return table(found)


def layout(found: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown: one row a dimension."""
    wide = (
        found.dropna(subset=["at"])
        .pivot(index="at", columns="quantity", values="estimate")
        .reset_index()
    )
    wide["draws"] = pick(found, "norm")["n"].to_numpy()
    labels = {
        "at": "d",
        "draws": "networks",
        "norm": "‖Δ‖",
        "projection_norm": "‖(a_1, a_2)‖",
        "input_norm": "‖x‖",
        "slack": "‖Δ‖ / ‖(a_1, a_2)‖",
        "flipped": "f_j > f_i",
        "held": "‖Δ‖ ≤ ‖(a_1, a_2)‖",
    }
    spanners = {
        "means": ["norm", "projection_norm", "input_norm", "slack"],
        "share of networks where": ["flipped", "held"],
    }
    worst = {
        name: pick(found, name)["estimate"].max() for name in ("attained", "tie", "outside_span")
    }
    projected = total(found, "projection_norm_exponent")
    notes = [
        (
            "Largest relative difference of ‖Δ‖ from the theorem's first bound:"
            f" {worst['attained']:.1e}; of the gap left at Δ: {worst['tie']:.1e}; share of Δ"
            f" outside the probing vectors' span: {worst['outside_span']:.1e}."
        ),
        (
            f"Exponent of d, ‖(a_1, a_2)‖: {projected['estimate']:.3f} ({level:.0%} interval"
            f" {interval(projected)}); ‖x‖ grows as √d."
        ),
        (
            "At Δ the two outputs tie; a step longer by one millionth flips them: the proof's"
            " arbitrarily small ε."
        ),
    ]
    return wide, Layout(
        "Theorem 5. Attacks within the span of two probing vectors",
        labels,
        spanners,
        notes,
        integers=["at", "draws"],
    )


def draw(found: pd.DataFrame) -> Figure:
    """Draw ‖Δ‖, ‖(a_1, a_2)‖ and ‖x‖ against d."""
    figure = Figure(figsize=(5.0, 3.6))
    axes = figure.subplots()
    names = {
        "input_norm": "‖x‖",
        "projection_norm": "‖(a₁, a₂)‖, the bound",
        "norm": "‖Δ‖, attained",
    }
    for place, (name, label) in enumerate(names.items()):
        series(
            axes,
            pick(found, name),
            place,
            f"{label}: {interval_text(total(found, f'{name}_exponent'))}",
        )
    d = pick(found, "input_norm")["at"].to_numpy()
    law(axes, d, np.sqrt(d), "√d", linestyle="--")
    dimension_axis(axes)
    log_values(axes, "L2 norm, mean over networks")
    axes.legend(fontsize=7, title="exponent of d", title_fontsize=7)
    return figure
