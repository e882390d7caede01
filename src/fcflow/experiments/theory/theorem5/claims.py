"""What the paper says in Theorem 5."""

import math

import pandas as pd

from fcflow.experiments.theory.rows import pick, pooled, total
from fcflow.experiments.theory.theorem5.columns import TABLE
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured
from fcflow.paper.claims.rules import Always, Conditions
from fcflow.stats import Estimate

FIXED = "2026-11-21, after (f1a6e47)"

_ROUNDING = 1e-6  # what decides is far above the rounding of ill-conditioned layers


@claim(
    "theorem5-bound",
    place="Theorem 5",
    statement="Within the span of two classes' probing vectors, a perturbation Δ of norm"
    " |r11 a_i1 − (r12 a_i1 + r22 a_i2)| / ‖probe_i − probe_j‖ reaches their boundary.",
    statistic="largest relative difference of the constructed ‖Δ‖ from the bound",
    rule=Conditions(
        "it, the gap left and the share of Δ outside the span are below 1e-6 and all networks flip",
        shown="0",
    ),
    reads={"rows": TABLE.at("results/tables/theorem5.parquet")},
)
def bound_is_attained(rows: pd.DataFrame, *, level: float) -> Measured:
    """Take the largest errors of all networks."""
    errors = {
        name: float(pick(rows, name)["estimate"].max())
        for name in ("attained", "tie", "outside_span")
    }
    flipped = pooled(rows, "flipped", level)
    held = max(errors.values()) <= _ROUNDING and flipped.value == 1.0
    note = (
        "At Δ the outputs tie; a step longer by one millionth flips them. Of more than two classes,"
        " a third may win."
    )
    estimate = Estimate(errors["attained"], math.nan, math.nan, flipped.n)
    return Measured(estimate, note, held=held, close=False)


@claim(
    "theorem5-projection",
    place="Theorem 5",
    statement="The perturbation that reaches the boundary of two classes within their probing"
    " vectors' span is no longer than the input's projection onto that span.",
    statistic="share of networks with ‖Δ‖ ≤ ‖(a_i1, a_i2)‖",
    rule=Always("all satisfy it"),
    reads={"rows": TABLE.at("results/tables/theorem5.parquet")},
)
def projection_is_no_shorter(rows: pd.DataFrame, *, level: float) -> Measured:
    """Pool the shares of networks that satisfy it."""
    slope = total(rows, "projection_norm_exponent")
    note = f"The projection's norm grows as d^{slope['estimate']:.2f}, ‖x‖ as √d."
    return Measured(pooled(rows, "held", level), note)
