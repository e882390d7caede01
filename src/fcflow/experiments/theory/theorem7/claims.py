"""What the paper says in Theorem 7."""

import math

import pandas as pd

from fcflow.experiments.theory.rows import pick, total
from fcflow.experiments.theory.theorem7.columns import FIRST_ORDER_TABLE, TABLE
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, Untested, estimate_of
from fcflow.paper.claims.rules import Conditions, Near
from fcflow.paper.numbers import plain
from fcflow.stats import Estimate

FIXED = "2026-11-21, after (f1a6e47)"

_ERROR_RATE = 0.01  # of any false rejection over all tests of the laws, as in Lemma 3's tests


@claim(
    "theorem7-energy",
    place="Theorem 7",
    statement="With Gaussian gradients, moving along x1 − x2 is O(d) times as hard, in squared"
    " norm, as attacking.",
    statistic="exponent of d in ‖P v‖² / ‖v‖²",
    rule=Near(
        -1.0, within=0.05, provided="no test rejects the laws χ²_2, χ²_d and Beta(1, (d−2)/2)"
    ),
    reads={"rows": TABLE.at("results/tables/theorem7.parquet")},
)
def gradients_see_two_over_d(rows: pd.DataFrame) -> Measured:
    """Take the fitted exponent, and the tests of the laws."""
    p = float(total(rows, "least_adjusted_p")["estimate"])
    fits = p >= _ERROR_RATE
    note = (
        f"The mean is 2/d exactly; the least adjusted p of the tests is {p:.3f}."
        if fits
        else f"a law is rejected, adjusted p {p:.4f}"
    )
    return Measured(estimate_of(total(rows, "ratio_exponent")), note, held=fits, close=fits)


@claim(
    "theorem7-first-order",
    place="Theorem 7",
    statement="A perturbation within the gradients' span matches, to first order in ε, the outputs"
    " at the other class's point.",
    statistic="largest residual at the smallest ε, relative to the change of the outputs, trained"
    " ReLU networks",
    rule=Conditions(
        "it is at most 1e-6", shown="→ 0", deviation="it is at most 1e-3 and falls with ε"
    ),
    reads={"rows": FIRST_ORDER_TABLE.at("results/tables/first_order.parquet")},
)
def first_order_holds(rows: pd.DataFrame) -> Measured | Untested:
    """Take the largest residual at the smallest ε, and whether it is below that at the largest."""
    residuals = pick(rows, "residual_max")
    if residuals.empty:
        return Untested("no accurate network")
    first, last = residuals.iloc[0], residuals.iloc[-1]
    residual, falls = float(first["estimate"]), bool(first["estimate"] <= last["estimate"])
    size = float(total(rows, "size_ratio")["estimate"])
    note = (
        f"At ε = {plain(first['at'])} that perturbation has {size:.3f} of the full move's norm on"
        " average."
    )
    return Measured(
        Estimate(residual, math.nan, math.nan, int(first["n"])),
        note,
        held=residual <= 1e-6,
        close=residual <= 1e-3 and falls,
    )
