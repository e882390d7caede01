"""Theorem 6 in numbers: the distance of the classes and what flips the network, against d."""

import numpy as np
import pandas as pd

from fcflow.experiments.theory.rows import Estimates, parts, pick, total
from fcflow.experiments.theory.theorem6.columns import DRAWS, TABLE
from fcflow.paper.render import Layout, interval
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
    caption="The exact least distance between two classes of exponentially many points, and the"
    " perturbation that flips the network which the theorem assumes: the one grows as √d, the other"
    " does not.",
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
    """Return the table as shown: one row a dimension and column scale."""
    distances = rows[rows["series"] != ""].dropna(subset=["at"])
    wide = distances.pivot(index=["series", "at"], columns="quantity", values="estimate")
    wide["draws"] = pick(distances, "alpha_min").set_index(["series", "at"])["n"]
    wide = wide.reset_index()
    wide["norm"] = wide["at"].map(pick(rows, "norm").set_index("at")["estimate"])
    labels = {
        "series": "columns",
        "at": "d",
        "draws": "matrices",
        "alpha_min": "least",
        "alpha_q0.05": "5 %",
        "alpha_q0.5": "median",
        "below_feature": "below 2‖a‖",
        "norm": "‖e‖",
        "ratio": "network / optimal",
    }
    spanners = {"α = class distance / √d": ["alpha_min", "alpha_q0.05", "alpha_q0.5"]}
    title = "Theorem 6. Exponentially many points of two classes"
    notes = _notes(rows, list(distances["series"].unique()), level)
    return wide, Layout(title, labels, spanners, notes, integers=["at", "draws"])


def _notes(rows: pd.DataFrame, scales: list[str], level: float) -> list[str]:
    flips, norm = pick(rows, "flipped"), total(rows, "norm_exponent")
    flipped = int((flips["estimate"] * flips["n"]).round().sum())
    notes = [
        (
            f"{flipped} of {flips['n'].sum()} points flipped, d = {flips['at'].min():.0f} to"
            f" {flips['at'].max():.0f}; ‖e‖ = |R_dd| at the boundary, mean {np.sqrt(2 / np.pi):.4f}"
            f" in theory; exponent of d {norm['estimate']:.3f} ({level:.0%} interval"
            f" {interval(norm)}). The proof's e is twice as long."
        ),
        (
            "Class distances are exact (sphere decoding over all differences). The papers take 2‖a‖"
            " for them, which is an upper bound: the share of matrices where the classes are nearer"
            " is shown."
        ),
    ]
    fits = {scale: total(rows, "class_distance_exponent", scale) for scale in scales}
    return notes + [
        f"Exponent of d, {scale}, class distance: {fit['estimate']:.3f} ({interval(fit)}), d ≥"
        f" {_LOW}."
        for scale, fit in fits.items()
        if fit["n"] > 0
    ]
