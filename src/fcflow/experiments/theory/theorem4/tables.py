"""Theorem 4 in numbers: the attack behind generator layers, against d."""

from typing import Any

import numpy as np
import pandas as pd

from fcflow.experiments.theory.rows import Estimates, parts, pick, total
from fcflow.experiments.theory.theorem4.columns import DRAWS, TABLE
from fcflow.paper.estimates import row_as
from fcflow.paper.layout import Layout
from fcflow.paper.numbers import percent
from fcflow.paper.table import ShownTable, table
from fcflow.stats import Estimate

# Of the exponent of the law: thousands of draws at each d need no more.
_MOST_RESAMPLES = 1000


@table(
    "theorem4",
    schema=TABLE,
    reads={"draws": DRAWS.at("results/theory/theorem4.parquet")},
    label="Theorem 4",
    shows="points from Gaussian layers",
    caption="Theorem 1's attack where the points are made by random layers from Gaussian ones:"
    " the theorem says that ‖e‖ stays bounded in d. Exponents of d, from whole networks and from"
    " the exact law, which is known at every d.",
)
def theorem4(draws: pd.DataFrame, *, resamples: int, level: float) -> ShownTable:
    """Return what was drawn for each number of layers and widening.

    The law of R's last block is ``expected``.
    """
    estimates = Estimates(resamples, level)
    for layers, same_layers in parts(draws, "layers"):
        for widening, setting in parts(same_layers, "widening"):
            _add_setting(estimates, setting, f"{layers:g}, ×{widening:g}")
    rows = TABLE.table(estimates.rows)
    return ShownTable(rows, *_layout(rows, level))


def _add_setting(estimates: Estimates, setting: pd.DataFrame, series: str) -> None:
    whole, law = setting[setting["whole"]], setting[~setting["whole"]]
    means = law.groupby("d")["norm"].mean()
    largest_tail = law.groupby("d")["norm"].quantile(0.95).max()
    for d, part in parts(whole):
        n, near = len(part), part["nearest_distance"]
        estimates.mean("norm", d, part["norm"], means[d], series)
        estimates.mean("tolerated", d, near / 2, np.sqrt(2.0 * d) / 2, series)
        estimates.mean("concentration", d, near / np.sqrt(2.0 * d), 1.0, series)
        estimates.share("flipped", d, part["flipped"].sum(), n, 1.0, series)
        error = Estimate(part["flip_error"].max(), np.nan, np.nan, n)
        estimates.add("flip_error", d, error, 0.0, series)
    for d, part in parts(law):
        estimates.quantile("law_q0.95", d, part["norm"], 0.95, largest_tail, series)

    # Fitted to the law: whole networks of many dimensions are too few for an interval that decides.
    estimates.exponent("norm_exponent", law, "norm", 0.0, series, most_resamples=_MOST_RESAMPLES)
    estimates.exponent("whole_exponent", whole, "norm", 0.0, series)


def _layout(rows: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown: one row for each setting, with its exponents."""
    shown = []
    for series in rows["series"].unique():
        norms, flips = pick(rows, "norm", series), pick(rows, "flipped", series)
        law, whole = (total(rows, f"{name}_exponent", series) for name in ("norm", "whole"))
        shown.append(
            {
                **setting_of(series),
                **row_as("law", law),
                **row_as("whole", whole),
                "first": norms["expected"].iloc[0],
                "last": norms["expected"].iloc[-1],
                "tail": pick(rows, "law_q0.95", series)["estimate"].max(),
                "flips": f"{(flips['estimate'] * flips['n']).sum():.0f} of {flips['n'].sum()}",
            }
        )
    least, most = int(rows["at"].min()), int(rows["at"].max())
    labels = {
        "layers": "layers",
        "widening": "widened",
        "law": "the law",
        "whole": "whole networks",
        "first": f"d = {least}",
        "last": f"d = {most}",
        "tail": "largest 95 % quantile",
        "flips": "networks flipped",
    }
    spanners = {
        "points from": ["layers", "widening"],
        f"exponent of d in ‖e‖ [{percent(level)} interval]": ["law", "whole"],
        "E ‖e‖ by the law": ["first", "last"],
    }
    notes = [
        (
            "The theorem bounds ‖e‖ by a constant. With square layers (widened × 1) of variance 1/n"
            " the constant is generous: each layer's last diagonal entries are of order 1/√d, and"
            " ‖e‖ falls as d to the power −(number of layers)/2."
        ),
        (
            "The law of R's last two rows and columns follows from Lemma 3 at any d; whole networks"
            " are drawn beside it and flipped."
        ),
        "Points are G_(l−1)…G_1 z with Gaussian z; distances keep to √(2d) as in Theorem 1.",
    ]
    title = "Theorem 4. The attack where points come from Gaussian layers"
    return pd.DataFrame(shown), Layout(title, labels, spanners, notes, integers=["layers"])


def setting_of(series: str) -> dict[str, Any]:
    """Return a series' number of layers, and how much wider each is than the one before.

    Examples
    --------
    >>> setting_of("2, ×1.25")
    {'layers': 2, 'widening': '× 1.25'}
    """
    layers, widening = series.split(", ×")
    return {"layers": int(layers), "widening": f"× {widening}"}
