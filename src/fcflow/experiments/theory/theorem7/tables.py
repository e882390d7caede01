"""Theorem 7 in numbers: of Gaussian gradients against d, and of trained networks against ε."""

import pandas as pd
from scipy import stats

from fcflow.experiments.theory.layouts import exponents
from fcflow.experiments.theory.rows import Estimates, by_dimension, exact, parts, pick, total
from fcflow.experiments.theory.theorem7.columns import DRAWS, FIRST_ORDER, FIRST_ORDER_TABLE, TABLE
from fcflow.paper.estimates import wide
from fcflow.paper.layout import Layout, Panel
from fcflow.paper.numbers import estimate, number, percent
from fcflow.paper.phrases import several
from fcflow.paper.table import ShownTable, table
from fcflow.stats import holm_adjusted

# At d = 2 the ratio is 1: Beta(1, 0) has to be approached, its second parameter must not be 0.
_LEAST_PARAMETER = 1e-9
# A residual this small is the rounding of the outputs, which ReLU networks reach inside one linear
# piece.
ROUNDING = 1e-6


@table(
    "theorem7",
    schema=TABLE,
    reads={"draws": DRAWS.at("results/theory/theorem7.parquet")},
    label="Theorem 7",
    shows="random gradients",
    caption="A random direction v and the plane of two random gradients in d dimensions: how much"
    " of v lies in that plane, P v. The theorem says 2/d of the squared length on average.",
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
    """Return the table as shown: one row a dimension, then exponents and tests of the laws."""
    shown = by_dimension(rows, "ratio").assign(expected=pick(rows, "ratio")["expected"].to_numpy())
    labels = {
        "at": "d",
        "draws": "draws",
        "projected_energy": "‖P v‖²",
        "energy": "‖v‖²",
        "ratio": "ratio",
        "expected": "2/d",
    }
    names = {"projected_energy": "‖P v‖²", "energy": "‖v‖²", "ratio": "ratio"}
    notes = [
        (
            "P projects onto the span of two independent Gaussian gradients; in norms the ratio is"
            " √(2/d)."
        )
    ]
    layout = Layout(
        "Theorem 7. How much of a random direction lies in the plane of two random gradients",
        labels,
        {f"means [{percent(level)} interval]": ["projected_energy", "energy", "ratio"]},
        notes,
        integers=["at", "draws"],
        plain=["expected"],
        below=[exponents(rows, names, level), _tests(shown, rows)],
    )
    return shown, layout


def _tests(shown: pd.DataFrame, rows: pd.DataFrame) -> Panel:
    """Return the p-values of the laws that theory gives."""
    least = total(rows, "least_adjusted_p")
    labels = {
        "at": "d",
        "projected_energy_p": "‖P v‖² is χ²_2",
        "energy_p": "‖v‖² is χ²_d",
        "ratio_p": "ratio is Beta(1, (d−2)/2)",
    }
    notes = [
        f"The least of these {least['n']} p-values is {number(least['estimate'])} after Holm's"
        " adjustment."
    ]
    title = "Do they follow the laws? Kolmogorov and Smirnov's test at every d"
    spanners = {"p-value": list(labels)[1:]}
    return Panel(shown, Layout(title, labels, spanners, notes, integers=["at"]))


@table(
    "first_order",
    schema=FIRST_ORDER_TABLE,
    reads={"residuals": FIRST_ORDER.at("results/theory/first_order.parquet")},
    label="Theorem 7",
    shows="first order on trained networks",
    caption="Trained ReLU networks between the classes. Moving by ε towards the other class"
    " changes the outputs as much as the part of that move in the plane of both logits' gradients"
    " does, up to a residual that vanishes with ε: so the theorem says.",
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
        estimates.share("exact", epsilon, (part["residual"] <= ROUNDING).sum(), n)
    estimates.mean("size_ratio", None, valid.groupby("run")["size_ratio"].mean())
    rows = FIRST_ORDER_TABLE.table(estimates.rows)
    return ShownTable(rows, *_first_order_layout(rows, level))


def _first_order_layout(rows: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown: one row an ε, the largest first."""
    quantities = ("residual", "residual_max", "exact")
    columns = [f"{name}{end}" for name in quantities for end in ("", "_low", "_high")]
    shown = wide(rows.dropna(subset=["at"]), ["at"]).reindex(columns=["at", *columns])
    shown = shown.sort_values("at", ascending=False, ignore_index=True)
    labels = {
        "at": "ε",
        "residual": f"mean [{percent(level)} interval]",
        "residual_max": "largest",
        "exact": f"share that is rounding [{percent(level)} interval]",
    }
    networks, size = total(rows, "networks"), total(rows, "size_ratio")
    notes = [
        (
            f"{several(round(networks['estimate']), 'accurate network')} of {networks['n']} (Table"
            " 3's), at points between two corners that differ in the class alone. Residual: what"
            " remains of the change of the outputs when only the part of the move within the"
            " gradients' span is made. That part is"
            f" {estimate(size)} of the move's length, on average."
        ),
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
    spanners = {"residual": ["residual", "residual_max"]}
    return shown, Layout(title, labels, spanners, notes, plain=["at"])
