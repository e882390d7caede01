"""Theorem 5 in numbers: the attack within two probing vectors' span, against d."""

import numpy as np
import pandas as pd

from fcflow.experiments.theory.rows import Estimates, by_dimension, parts, pick, total
from fcflow.experiments.theory.theorem5.columns import DRAWS, TABLE
from fcflow.paper.render import Layout, interval
from fcflow.paper.table import ShownTable, table

# Below this dimension a plane is a large part of the space.
_LOW = 16
# ‖Δ‖ may exceed the projection's norm, which it can equal, by rounding.
_ROUNDING = 1e-12


@table(
    "theorem5",
    schema=TABLE,
    reads={"draws": DRAWS.at("results/theory/theorem5.parquet")},
    label="Theorem 5",
    shows="the span of two probing vectors",
    caption="Linear networks with arbitrary last layers. The attack lies within the span of two"
    " probing vectors and is no longer than the input's projection onto it, which does not grow"
    " with d as the input does.",
)
def theorem5(draws: pd.DataFrame, *, resamples: int, level: float) -> ShownTable:
    """Return both bounds, how exactly the first is attained, and the input's norm, at each d."""
    drawn = draws.assign(
        attained=(draws["norm"] / draws["bound"] - 1).abs(),
        slack=draws["norm"] / draws["projection_norm"],
        tie=(draws["gap_after"] / draws["gap"]).abs(),
        held=draws["norm"] <= draws["projection_norm"] * (1 + _ROUNDING),
    )
    estimates = Estimates(resamples, level)
    for d, part in parts(drawn):
        n = len(part)
        estimates.mean("norm", d, part["norm"])
        estimates.mean("projection_norm", d, part["projection_norm"])
        estimates.mean("input_norm", d, part["input_norm"], np.sqrt(d))
        estimates.mean("slack", d, part["slack"])
        for name in ("flipped", "held"):
            estimates.share(name, d, part[name].sum(), n, 1.0)
        for name in ("attained", "tie", "outside_span"):
            estimates.exact(name, d, part[name].max(), n, 0.0)

    for name, theory in (("norm", None), ("projection_norm", 0.0), ("input_norm", 0.5)):
        estimates.exponent(f"{name}_exponent", drawn, name, theory, low=_LOW)
    rows = TABLE.table(estimates.rows)
    return ShownTable(rows, *_layout(rows, level))


def _layout(rows: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown: one row a dimension."""
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
        name: pick(rows, name)["estimate"].max() for name in ("attained", "tie", "outside_span")
    }
    projected = total(rows, "projection_norm_exponent")
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
    title = "Theorem 5. Attacks within the span of two probing vectors"
    layout = Layout(title, labels, spanners, notes, integers=["at", "draws"])
    return by_dimension(rows, "norm"), layout
