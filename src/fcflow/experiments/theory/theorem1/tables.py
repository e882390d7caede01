"""Theorem 1 in numbers: what the optimal classifier and the interpolating network tolerate."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import integrate

from fcflow.experiments.theory.rows import Estimates, by_dimension, parts, pick, total
from fcflow.experiments.theory.theorem1.columns import DRAWS, TABLE
from fcflow.paper.render import Layout, interval
from fcflow.paper.table import ShownTable, table
from fcflow.theory.interpolation_attack import (
    attack_norm_cdf,
    attack_norm_quantile,
    expected_nearest_distance,
)

_QUANTILES = (0.5, 0.95)
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
    caption="d Gaussian points of d classes. The minimum-distance classifier tolerates half the"
    " least distance, which grows as √d; the network that interpolates the points is flipped by the"
    " proof's perturbation, whose law is the same at every d.",
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
    """Return the table as shown: one row a dimension."""
    labels = {
        "at": "d",
        "draws": "draws",
        "norm": "mean",
        "norm_q0.5": "median",
        "norm_q0.95": "95 %",
        "tolerated": "mean",
        "concentration": "over √(2d)/2",
        "ratio": "network / optimal",
        "flipped": "f_(d-1) > f_d",
        "targeted": "d−1 is largest",
    }
    spanners = {
        "‖e‖ of the network": ["norm", "norm_q0.5", "norm_q0.95"],
        "optimal classifier": ["tolerated", "concentration"],
        "share of draws where": ["flipped", "targeted"],
    }
    names = {
        "norm": "‖e‖",
        "tolerated": "what the optimal classifier tolerates",
        "ratio": "their ratio",
    }
    notes = [
        f"Exponent of d, {name}: {fit['estimate']:.3f} ({level:.0%} interval {interval(fit)});"
        f" theory {fit['expected']:g} as d → ∞."
        for key, name in names.items()
        for fit in [total(rows, f"{key}_exponent")]
    ]
    notes += [
        (
            "The law of ‖e‖ is the same at every d ≥ 2, exactly: median"
            f" {attack_norm_quantile(0.5):.4f}, 95 % quantile {attack_norm_quantile(0.95):.4f},"
            f" 99.9 % quantile {attack_norm_quantile(0.999):.4f}. These are the theorem's"
            " constants."
        ),
        (
            "The least of d(d−1)/2 distances approaches √(2d) slowly, so finite exponents are above"
            " 1/2 in size."
        ),
        (
            "The proof's e makes the last two outputs 1 and 0. The other outputs are free, and the"
            " largest is often one of them: the class changes, but mostly not to d−1."
        ),
        (
            f"Largest rounding of these outputs: {pick(rows, 'rounding')['estimate'].max():.2f} of"
            f" what conditioning allows. {pick(rows, 'redraws')['estimate'].sum():.0f} singular"
            " matrices were drawn anew."
        ),
    ]
    title = "Theorem 1. Interpolating networks and the minimum-distance classifier"
    layout = Layout(title, labels, spanners, notes, integers=["at", "draws"])
    return by_dimension(rows, "flipped"), layout


def _expected_norm() -> float:
    """Return E ‖e‖, the integral of how often ‖e‖ exceeds c over all c."""

    def exceeds(c: float) -> float:
        return 1.0 - float(attack_norm_cdf(c))

    return float(integrate.quad(exceeds, 0.0, _LARGEST_NORM, limit=200)[0])
