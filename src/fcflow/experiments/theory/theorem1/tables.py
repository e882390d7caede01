"""Theorem 1 in numbers: what the optimal classifier and the interpolating network tolerate."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import integrate

from fcflow.experiments.theory.layouts import exponents
from fcflow.experiments.theory.rows import Estimates, by_dimension, parts, pick
from fcflow.experiments.theory.theorem1.columns import DRAWS, ROUNDINGS, TABLE
from fcflow.paper.layout import Layout, Panel
from fcflow.paper.numbers import number, percent
from fcflow.paper.table import ShownTable, table
from fcflow.theory.interpolation_attack import (
    attack_norm_cdf,
    attack_norm_quantile,
    expected_nearest_distance,
)

_QUANTILES = (0.5, 0.95)
_LAW = (0.5, 0.95, 0.999)  # quantiles of the exact law that are shown
# Exponents are of the law for many dimensions; below this one distances are not yet concentrated.
_LOW = 16
# ‖e‖ exceeds this with a probability that is nothing beside the rounding of its mean.
_LARGEST_NORM = 12.0


@table(
    "theorem1",
    schema=TABLE,
    reads={"draws": DRAWS.at("results/theory/theorem1.parquet")},
    label="Theorem 1",
    shows="interpolating networks",
    caption="d random points of d classes, and two classifiers. The optimal one answers the class"
    " of the nearest point and tolerates half the least distance; the theorem says that this"
    " grows as √d. A network that reproduces the points exactly is flipped by the proof's"
    " perturbation e, whose length has the same distribution at every d.",
)
def theorem1(
    draws: pd.DataFrame, *, resamples: int, level: float, epsilons: Sequence[float]
) -> ShownTable:
    """Return what was drawn at each d beside the exact law, and the exponents of d."""
    drawn = draws.assign(
        tolerated=draws["nearest_distance"] / 2,
        concentration=draws["nearest_distance"] / np.sqrt(2.0 * draws["d"]),
        ratio=2 * draws["norm"] / draws["nearest_distance"],
        rounding=draws["flip_error"] / draws["allowed_error"],
    )
    estimates = Estimates(resamples, level)
    expected_norm = _expected_norm()
    for d, part in parts(drawn):
        n = len(part)
        estimates.mean("norm", d, part["norm"], expected_norm)
        for p in _QUANTILES:
            estimates.quantile(f"norm_q{p:g}", d, part["norm"], p, attack_norm_quantile(p))

        estimates.mean("pair_norm", d, part["pair_norm"])
        half_distance = expected_nearest_distance(int(d)) / 2
        estimates.mean("tolerated", d, part["tolerated"], half_distance)
        estimates.mean("concentration", d, part["concentration"], 1.0)
        estimates.mean("ratio", d, part["ratio"])

        for epsilon in epsilons:
            apart = part["concentration"] >= 1 - epsilon
            estimates.share(f"apart_{epsilon:g}", d, apart.sum(), n, 1.0)
        for name in ("flipped", "targeted"):
            estimates.share(name, d, part[name].sum(), n, 1.0)
        estimates.exact("rounding", d, part["rounding"].max(), n)
        estimates.exact("redraws", d, part["redraws"].sum(), n)

    for name, theory in (("norm", 0.0), ("tolerated", 0.5), ("ratio", -0.5)):
        estimates.exponent(f"{name}_exponent", drawn, name, theory, low=_LOW)
    rows = TABLE.table(estimates.rows)
    return ShownTable(rows, *_layout(rows, level))


def _layout(rows: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown: one row a dimension, then exponents, answers and the exact law."""
    labels = {
        "at": "d",
        "draws": "draws",
        "norm": "mean",
        "norm_q0.5": "median",
        "norm_q0.95": "95 % quantile",
        "tolerated": "mean",
        "concentration": "over √(2d)/2",
        "ratio": "network over optimal",
    }
    spanners = {
        "‖e‖ that flips the network": ["norm", "norm_q0.5", "norm_q0.95"],
        "optimal classifier tolerates": ["tolerated", "concentration"],
    }
    names = {
        "norm": "‖e‖ that flips the network",
        "tolerated": "what the optimal classifier tolerates",
        "ratio": "network over optimal",
    }
    rounding = pick(rows, "rounding")["estimate"].max()
    notes = [
        f"Means over draws with {percent(level)} intervals.",
        (
            "The least of d(d−1)/2 distances approaches √(2d) slowly, so exponents at finite d are"
            " larger in size than 1/2."
        ),
        (
            "The proof's e makes the last two outputs 1 and 0. The other outputs are free, and the"
            " largest is often one of them: the class changes, but mostly not to d−1."
        ),
        (
            f"Outputs are 1 and 0 up to rounding: at most {number(rounding)} times the rounding"
            f" that the matrix's conditioning explains, where {ROUNDINGS} times would pass."
            f" {pick(rows, 'redraws')['estimate'].sum():.0f} singular matrices were drawn anew."
        ),
    ]
    if (rows["low"].notna() & ~np.isfinite(rows["high"])).any():
        notes.append("An interval that ends at ∞: too few draws for an upper end.")
    shown = by_dimension(rows, "flipped")
    layout = Layout(
        "Theorem 1. Interpolating networks and the minimum-distance classifier",
        labels,
        spanners,
        notes,
        integers=["at", "draws"],
        below=[exponents(rows, names, level), _answers(shown), _law()],
    )
    return shown, layout


def _answers(shown: pd.DataFrame) -> Panel:
    """Return which output is the largest after the attack."""
    labels = {
        "at": "d",
        "draws": "draws",
        "flipped": "f_(d−1) > f_d",
        "targeted": "f_(d−1) is the largest",
    }
    spanners = {"share of draws where, after the attack,": ["flipped", "targeted"]}
    title = "What the attacked network answers"
    return Panel(shown, Layout(title, labels, spanners, integers=["at", "draws"]))


def _law() -> Panel:
    """Return the law of ‖e‖, which is the theorem's constant."""
    shown = pd.DataFrame(
        {"p": [percent(p) for p in _LAW], "norm": [float(attack_norm_quantile(p)) for p in _LAW]}
    )
    labels = {"p": "of all draws", "norm": "‖e‖ is at most"}
    title = "The law of ‖e‖, exact and the same at every d ≥ 2: the theorem's constants"
    return Panel(shown, Layout(title, labels, decimals={"norm": 4}))


def _expected_norm() -> float:
    """Return E ‖e‖, the integral of how often ‖e‖ exceeds c over all c."""

    def exceeds(c: float) -> float:
        return 1.0 - float(attack_norm_cdf(c))

    return float(integrate.quad(exceeds, 0.0, _LARGEST_NORM, limit=200)[0])
