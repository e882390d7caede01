"""Theorem 7 in numbers: of Gaussian gradients against d, and of trained networks against ε."""

import pandas as pd
from scipy import stats

from fcflow.experiments.theory.rows import Estimates, by_dimension, exact, parts, pick, total
from fcflow.experiments.theory.theorem7.columns import DRAWS, FIRST_ORDER, FIRST_ORDER_TABLE, TABLE
from fcflow.paper.render import Layout, interval
from fcflow.paper.table import ShownTable, table
from fcflow.stats import holm_adjusted

# At d = 2 the ratio is 1: Beta(1, 0) has to be approached, its second parameter must not be 0.
_LEAST_PARAMETER = 1e-9
# A residual this small is the rounding of the outputs, which ReLU networks reach inside one linear
# piece.
_ROUNDING = 1e-6


@table(
    "theorem7",
    schema=TABLE,
    reads={"draws": DRAWS.at("results/theory/theorem7.parquet")},
    label="Theorem 7",
    shows="random gradients",
    caption="Of a random direction, the plane of two random gradients holds 2/d of the squared norm"
    " on average.",
)
def theorem7(draws: pd.DataFrame, *, resamples: int, level: float) -> ShownTable:
    """Return the energies and their ratio at each d, with tests of their laws."""
    estimates = Estimates(resamples, level)
    p_values = []
    for d, part in parts(draws):
        estimates.mean("projected_energy", d, part["projected_energy"], 2.0)
        estimates.mean("energy", d, part["energy"], d)
        estimates.mean("ratio", d, part["ratio"], 2.0 / d)
        laws = {
            "projected_energy": stats.chi2(2),
            "energy": stats.chi2(d),
            "ratio": stats.beta(1, max(d - 2, _LEAST_PARAMETER) / 2),
        }
        for name, law in laws.items():
            p_values.append(float(stats.kstest(part[name], law.cdf).pvalue))
            estimates.exact(f"{name}_p", d, p_values[-1], len(part))
    least = float(holm_adjusted(p_values).min())
    estimates.add("least_adjusted_p", None, exact(least, len(p_values)))
    for name, theory in (("projected_energy", 0.0), ("energy", 1.0), ("ratio", -1.0)):
        estimates.exponent(f"{name}_exponent", draws, name, theory)
    rows = TABLE.table(estimates.rows)
    return ShownTable(rows, *_layout(rows, level))


def _layout(rows: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown: one row a dimension."""
    ratio = pick(rows, "ratio")
    wide = by_dimension(rows, "ratio").assign(
        expected=ratio["expected"].to_numpy(),
        interval=[interval(row) for row in ratio.to_dict("records")],
    )
    labels = {
        "at": "d",
        "draws": "draws",
        "projected_energy": "‖P v‖²",
        "energy": "‖v‖²",
        "ratio": "ratio",
        "interval": f"{level:.0%} interval",
        "expected": "2/d",
    }
    fit, tests = total(rows, "ratio_exponent"), total(rows, "least_adjusted_p")
    notes = [
        (
            f"Exponent of d, ratio: {fit['estimate']:.3f} ({level:.0%} interval {interval(fit)});"
            " theory −1."
        ),
        (
            "Laws χ²_2, χ²_d and Beta(1, (d−2)/2) by Kolmogorov and Smirnov's test at every d:"
            f" least of {tests['n']} p-values after Holm's adjustment {tests['estimate']:.3f}."
        ),
        (
            "P projects onto the span of two independent Gaussian gradients; in norms the ratio is"
            " √(2/d)."
        ),
    ]
    title = "Theorem 7. How much of a random direction lies in the plane of two random gradients"
    spanners = {"means": ["projected_energy", "energy"]}
    return wide, Layout(title, labels, spanners, notes, integers=["at", "draws"])


@table(
    "first_order",
    schema=FIRST_ORDER_TABLE,
    reads={"residuals": FIRST_ORDER.at("results/theory/first_order.parquet")},
    label="Theorem 7",
    shows="first order on trained networks",
    caption="On trained ReLU networks, moving within the plane of both gradients replaces moving"
    " towards the other class, up to a residual that vanishes with ε.",
)
def first_order(residuals: pd.DataFrame, *, resamples: int, level: float) -> ShownTable:
    """Return the residual's mean and largest value over valid networks, at each ε.

    The residual of a network is its mean over the points of the segment, since these are not
    independent. Beside it stands the share of residuals that are rounding alone.
    """
    estimates = Estimates(resamples, level)
    valid = residuals[residuals["valid"]]
    networks = exact(valid["run"].nunique(), residuals["run"].nunique())
    estimates.add("networks", None, networks)
    for epsilon, part in parts(valid, "epsilon"):
        n = len(part)
        estimates.mean("residual", epsilon, part.groupby("run")["residual"].mean(), 0.0)
        estimates.exact("residual_max", epsilon, part["residual"].max(), n, 0.0)
        estimates.share("exact", epsilon, (part["residual"] <= _ROUNDING).sum(), n)
    estimates.mean("size_ratio", None, valid.groupby("run")["size_ratio"].mean())
    rows = FIRST_ORDER_TABLE.table(estimates.rows)
    return ShownTable(rows, *_first_order_layout(rows))


def _first_order_layout(rows: pd.DataFrame) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown: one row an ε, the largest first."""
    wide = rows.dropna(subset=["at"]).pivot(index="at", columns="quantity", values="estimate")
    wide = wide.reindex(columns=["residual", "residual_max", "exact"])
    wide = wide.sort_index(ascending=False).reset_index()
    shown = wide.assign(
        epsilon=[f"{epsilon:g}" for epsilon in wide["at"]],
        residual=[f"{residual:.1e}" for residual in wide["residual"]],
        residual_max=[f"{residual:.1e}" for residual in wide["residual_max"]],
    )
    labels = {
        "epsilon": "ε",
        "residual": "mean",
        "residual_max": "largest",
        "exact": "share that is rounding",
    }
    networks, size = total(rows, "networks"), total(rows, "size_ratio")
    notes = [
        (
            f"{networks['estimate']:.0f} accurate networks of {networks['n']} (Table 3's), at"
            " points between two corners that differ in the label alone. Residual: what remains of"
            " the change of the outputs when only the part of the move within the gradients' span"
            " is made."
        ),
        f"That part is {size['estimate']:.4f} of the move in L2 norm, on average.",
        (
            "A ReLU network is piecewise linear: as soon as ε keeps the move within a piece, the"
            " residual is rounding."
        ),
    ]
    if shown.empty:
        notes.insert(
            0,
            "NO VALID RUN: no network reached training accuracy 1, so there is nothing to measure.",
        )
    title = "Theorem 7. The first-order statement on trained networks"
    return shown, Layout(title, labels, {"residual": ["residual", "residual_max"]}, notes)
