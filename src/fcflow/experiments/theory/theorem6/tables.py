"""Theorem 6 in numbers: the distance of the classes and what flips the network, against d."""

from dataclasses import replace

import numpy as np
import pandas as pd

from fcflow.experiments.theory.layouts import exponents
from fcflow.experiments.theory.rows import Estimates, parts, pick
from fcflow.experiments.theory.theorem6.columns import DRAWS, TABLE
from fcflow.paper.estimates import wide
from fcflow.paper.layout import Layout, Panel
from fcflow.paper.numbers import percent
from fcflow.paper.phrases import share
from fcflow.paper.table import ShownTable, table

_QUANTILES = (0.05, 0.5, 0.95)
# From this dimension on α's distribution has settled enough for an exponent.
_LOW = 8
_NORMAL_97_5 = 1.959963984540054  # |N(0, 1)| is below it with probability 95 %
# Classes are nearer than 2‖a‖ only if by more than rounding.
_ROUNDING = 1e-9


@table(
    "theorem6",
    schema=TABLE,
    reads={"draws": DRAWS.at("results/theory/theorem6.parquet")},
    label="Theorem 6",
    shows="exponentially many points",
    caption="Two classes of 2^d points, mixed by a random matrix. The theorem says that their"
    " least distance, which the optimal classifier tolerates half of, grows as √d, and that the"
    " perturbation e that flips the network which it assumes does not.",
)
def theorem6(draws: pd.DataFrame, *, resamples: int, level: float) -> ShownTable:
    """Return α's distribution for each column scale, and |R_dd| over all matrices, at each d.

    ``series`` is the column scale where there is one.
    """
    estimates = Estimates(resamples, level)
    for scale, part in parts(draws, "column_scale"):
        _add_distances(estimates, part, f"scale {scale:g}")

    once = draws.drop_duplicates(["d", "draw"])
    for d, part in parts(once):
        n = len(part)
        estimates.mean("norm", d, part["boundary_norm"], np.sqrt(2 / np.pi))
        estimates.quantile("norm_q0.95", d, part["boundary_norm"], 0.95, _NORMAL_97_5)
        estimates.share("flipped", d, part["flipped"].sum(), part["points"].sum(), 1.0)
        estimates.exact("flip_error", d, part["flip_error"].max(), n, 0.0)
        estimates.exact("redraws", d, part["redraws"].sum(), n)
    estimates.exponent("norm_exponent", once, "boundary_norm", 0.0)
    rows = TABLE.table(estimates.rows)
    return ShownTable(rows, *_layout(rows, level))


def _add_distances(estimates: Estimates, draws: pd.DataFrame, series: str) -> None:
    decoded = draws[draws["decoded"]].assign(
        alpha=lambda rows: rows["class_distance"] / np.sqrt(rows["d"]),
        ratio=lambda rows: 2 * rows["boundary_norm"] / rows["class_distance"],
        below=lambda rows: rows["class_distance"] < 2 * rows["feature_norm"] * (1 - _ROUNDING),
    )
    for d, part in parts(decoded):
        n = len(part)
        for p in _QUANTILES:
            estimates.quantile(f"alpha_q{p:g}", d, part["alpha"], p, None, series)
        estimates.exact("alpha_min", d, part["alpha"].min(), n, None, series)
        estimates.mean("class_distance", d, part["class_distance"], None, series)
        estimates.mean("ratio", d, part["ratio"], None, series)
        estimates.share("below_feature", d, part["below"].sum(), n, None, series)
        estimates.exact("nodes", d, part["nodes"].mean(), n, None, series)
    for name, theory in (("class_distance", 0.5), ("ratio", -0.5)):
        estimates.exponent(f"{name}_exponent", decoded, name, theory, series, low=_LOW)


def _layout(rows: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown: one row a dimension and column scale, then the network's side."""
    distances = rows[rows["series"] != ""].dropna(subset=["at"])
    shown = wide(distances, ["series", "at"])
    draws = pick(distances, "alpha_min").set_index(["series", "at"])["n"]
    places = pd.MultiIndex.from_frame(shown[["series", "at"]])
    shown = shown.assign(
        draws=draws.reindex(places).to_numpy(), series=shown["series"].map(scale_name)
    )
    labels = {
        "series": "columns",
        "at": "d",
        "draws": "matrices",
        "alpha_min": "least",
        "alpha_q0.05": "5 % quantile",
        "alpha_q0.5": "median",
        "below_feature": "share nearer than 2‖a‖",
        "ratio": "network over optimal",
    }
    spanners = {"α = distance of the classes / √d": ["alpha_min", "alpha_q0.05", "alpha_q0.5"]}
    notes = [
        f"{percent(level)} intervals; quantiles' from the order of the draws.",
        (
            "Distances of classes are exact (sphere decoding over all differences). The papers take"
            " 2‖a‖ for them, which is an upper bound: the share of matrices where the classes are"
            " nearer is shown."
        ),
        "‖e‖ = |R_dd| at the boundary; the proof's e is twice as long.",
    ]
    scales = {series: scale_name(series) for series in distances["series"].unique()}
    layout = Layout(
        "Theorem 6. Exponentially many points of two classes",
        labels,
        spanners,
        notes,
        integers=["at", "draws"],
        groups="series",
        below=[_network(rows), *_exponents(rows, scales, level)],
    )
    return shown, layout


def scale_name(series: str) -> str:
    """Return the series of a column scale in words.

    Examples
    --------
    >>> scale_name("scale 5")
    'column scale 5'
    """
    return f"column {series}"


def _network(rows: pd.DataFrame) -> Panel:
    """Return what flips the network, which depends on no column scale."""
    table = wide(rows[rows["series"] == ""].dropna(subset=["at"]), ["at"])
    flips = pick(rows, "flipped")
    shown = table.assign(
        expected=np.sqrt(2 / np.pi), flips=[share(row) for row in flips.to_dict("records")]
    )
    labels = {
        "at": "d",
        "norm": "mean of ‖e‖",
        "expected": "theory, √(2/π)",
        "flips": "points flipped",
    }
    title = "The network: what flips it, and how many of its points"
    return Panel(shown, Layout(title, labels, integers=["at"]))


def _exponents(rows: pd.DataFrame, scales: dict[str, str], level: float) -> list[Panel]:
    of_scales = exponents(rows, {"class_distance": "distance of the classes"}, level, scales)
    of_all = exponents(rows, {"norm": "‖e‖ that flips the network"}, level)
    both = pd.concat([of_scales.shown, of_all.shown], ignore_index=True)
    notes = [f"Distances from d = {_LOW} on."]
    return [Panel(both, replace(of_scales.layout, notes=notes))]
