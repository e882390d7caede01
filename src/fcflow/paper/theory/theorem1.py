"""Theorem 1 in numbers: what the optimal classifier and the interpolating network tolerate, against d."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy import integrate

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
from fcflow.stats import proportion_estimate, quantile_estimate
from fcflow.theory.interpolation_attack import (
    attack_norm_cdf,
    attack_norm_quantile,
    expected_nearest_distance,
)

SCHEMA = schema("theorem 1")
_QUANTILES = (0.5, 0.95)
# Exponents are of the law for many dimensions; below this one distances are not yet concentrated.
_LOW = 16


def rows(
    draws: pd.DataFrame, *, resamples: int, level: float, epsilons: Sequence[float]
) -> pd.DataFrame:
    """Return what was drawn at each d beside the exact law, and the exponents of d."""
    how: dict[str, Any] = {"resamples": resamples, "level": level}
    drawn = draws.assign(
        tolerated=draws["nearest_distance"] / 2,
        concentration=draws["nearest_distance"] / np.sqrt(2.0 * draws["d"]),
        ratio=2 * draws["norm"] / draws["nearest_distance"],
        rounding=draws["flip_error"] / draws["allowed_error"],
    )
    found = []
    expected_norm = _expected_norm()
    for d, part in parts(drawn):
        n = len(part)
        found.append(row("norm", d, mean(part["norm"], **how), expected_norm))
        found += [
            row(
                f"norm_q{p:g}",
                d,
                quantile_estimate(part["norm"], p, level=level),
                attack_norm_quantile(p),
            )
            for p in _QUANTILES
        ]
        found.append(row("pair_norm", d, mean(part["pair_norm"], **how)))
        found.append(
            row(
                "tolerated",
                d,
                mean(part["tolerated"], **how),
                expected_nearest_distance(int(d)) / 2,
            )
        )
        found.append(row("concentration", d, mean(part["concentration"], **how), 1.0))
        found.append(row("ratio", d, mean(part["ratio"], **how)))
        for epsilon in epsilons:
            kept = proportion_estimate(
                int((part["concentration"] >= 1 - epsilon).sum()), n, level=level
            )
            found.append(row(f"apart_{epsilon:g}", d, kept, 1.0))
        for name in ("flipped", "targeted"):
            found.append(
                row(name, d, proportion_estimate(int(part[name].sum()), n, level=level), 1.0)
            )
        found.append(row("rounding", d, exact(part["rounding"].max(), n)))
        found.append(row("redraws", d, exact(part["redraws"].sum(), n)))
    for name, theory in (("norm", 0.0), ("tolerated", 0.5), ("ratio", -0.5)):
        slope = exponent(by_dimension(drawn, name, low=lowest(drawn, _LOW)), **how)
        found.append(row(f"{name}_exponent", None, slope, theory))
    return table(found)


def layout(found: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown: one row a dimension."""
    wide = (
        found.dropna(subset=["at"])
        .pivot(index="at", columns="quantity", values="estimate")
        .reset_index()
    )
    wide["draws"] = pick(found, "flipped")["n"].to_numpy()
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
        for fit in [total(found, f"{key}_exponent")]
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
            f"Largest rounding of these outputs: {pick(found, 'rounding')['estimate'].max():.2f} of"
            f" what conditioning allows. {pick(found, 'redraws')['estimate'].sum():.0f} singular"
            " matrices were drawn anew."
        ),
    ]
    title = "Theorem 1. Interpolating networks and the minimum-distance classifier"
    return wide, Layout(title, labels, spanners, notes, integers=["at", "draws"])


def draw(found: pd.DataFrame) -> Figure:
    """Draw both tolerances and their ratio against d, with the exact laws."""
    figure = Figure(figsize=(7.2, 3.4))
    left, right = figure.subplots(1, 2)
    d = pick(found, "tolerated")["at"].to_numpy()
    law(left, d, np.sqrt(2 * d) / 2, "√(2d)/2", linestyle="--")
    law(left, d, pick(found, "tolerated")["expected"], "half the least distance, theory")
    law(left, d, pick(found, "norm")["expected"], "E ‖e‖, exact", linestyle=":")
    series(left, pick(found, "tolerated"), 0, "optimal classifier, mean")
    series(left, pick(found, "norm"), 1, "network ‖e‖, mean")
    # Few draws bound no 95 % quantile from above.
    series(left, pick(found, "norm_q0.95").dropna(subset=["high"]), 3, "network ‖e‖, 95 % quantile")
    dimension_axis(left)
    log_values(left, "perturbation that is needed")
    left.legend(fontsize=7, loc="upper left")
    exponents = [interval_text(total(found, f"{name}_exponent")) for name in ("tolerated", "norm")]
    left.set_title(f"exponents: {exponents[0]} and {exponents[1]}", fontsize=8)
    ratio = pick(found, "ratio")
    law(right, d, ratio["estimate"].iloc[-1] * np.sqrt(d[-1] / d), "∝ 1/√d", linestyle="--")
    series(right, ratio, 0, "network / optimal, mean")
    dimension_axis(right)
    log_values(right, "ratio")
    right.legend(fontsize=7)
    right.set_title(f"exponent {interval_text(total(found, 'ratio_exponent'))}", fontsize=8)
    return figure


def _expected_norm() -> float:
    return float(integrate.quad(lambda c: 1.0 - float(attack_norm_cdf(c)), 0.0, 12.0, limit=200)[0])
