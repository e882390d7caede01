"""Theorem 5 in numbers: the attack within two probing vectors' span, against d."""

import numpy as np
import pandas as pd

from fcflow.experiments.theory.layouts import exponents
from fcflow.experiments.theory.rows import Estimates, by_dimension, parts, pick
from fcflow.experiments.theory.theorem5.columns import DRAWS, TABLE
from fcflow.paper.layout import Layout, Panel
from fcflow.paper.numbers import percent
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
    caption="Linear networks whose last layer is arbitrary. The theorem says that an attack Δ in"
    " the plane of two directions that the network looks at flips the answer, and is no longer"
    " than the part (a_1, a_2) of the input x in that plane, which does not grow with the"
    " dimension d as the input does.",
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
    """Return the table as shown: one row a dimension, then exponents and rounding."""
    labels = {
        "at": "d",
        "draws": "networks",
        "norm": "‖Δ‖",
        "projection_norm": "‖(a_1, a_2)‖",
        "input_norm": "‖x‖",
        "slack": "‖Δ‖ / ‖(a_1, a_2)‖",
    }
    spanners = {f"means [{percent(level)} interval]": list(labels)[2:]}
    names = {
        "norm": "‖Δ‖, the attack",
        "projection_norm": "‖(a_1, a_2)‖, its bound",
        "input_norm": "‖x‖, the input",
    }
    notes = [
        (
            "At Δ the two outputs tie; a step longer by one millionth flips them: the proof's"
            " arbitrarily small ε."
        )
    ]
    shown = by_dimension(rows, "norm")
    layout = Layout(
        "Theorem 5. Attacks within the span of two probing vectors",
        labels,
        spanners,
        notes,
        integers=["at", "draws"],
        below=[exponents(rows, names, level), _shares(shown), _rounding(rows)],
    )
    return shown, layout


def _shares(shown: pd.DataFrame) -> Panel:
    """Return how often the attack flips, and keeps to its bound."""
    labels = {
        "at": "d",
        "draws": "networks",
        "flipped": "f_j > f_i after the attack",
        "held": "‖Δ‖ ≤ ‖(a_1, a_2)‖",
    }
    spanners = {"share of networks where": ["flipped", "held"]}
    title = "Does the attack work, and keep to its bound?"
    return Panel(shown, Layout(title, labels, spanners, integers=["at", "draws"]))


def _rounding(rows: pd.DataFrame) -> Panel:
    """Return the largest errors of what is exact in theory."""
    names = {
        "attained": "‖Δ‖ and the theorem's first bound, relative difference",
        "tie": "gap that is left at Δ, relative",
        "outside_span": "share of Δ outside the probing vectors' span",
    }
    shown = pd.DataFrame(
        [
            {"label": label, "largest": pick(rows, name)["estimate"].max()}
            for name, label in names.items()
        ]
    )
    labels = {"label": "zero in theory", "largest": "largest over all networks"}
    return Panel(shown, Layout("What is exact, up to rounding", labels))
