"""Theorem 7's first-order statement on trained ReLU networks, for shrinking ε."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.paper.render import Layout
from fcflow.paper.theory.drawing import series
from fcflow.paper.theory.rows import exact, mean, parts, pick, row, schema, table, total
from fcflow.stats import proportion_estimate

SCHEMA = schema("first order")
# A residual this small is the rounding of the outputs, which ReLU networks reach inside one linear
# piece.
_ROUNDING = 1e-6
_EMPTY = 1e-16  # where a residual is exactly zero, for the logarithmic axis


def rows(draws: pd.DataFrame, *, resamples: int, level: float) -> pd.DataFrame:
    """Return the residual's mean and largest value over valid networks at each ε, and the share that is rounding alone.

    The residual of a network is its mean over the points of the segment, since these are not
    independent.
    """
    how: dict[str, Any] = {"resamples": resamples, "level": level}
    valid = draws[draws["valid"]]
    found = [row("networks", None, exact(valid["run"].nunique(), draws["run"].nunique()))]
    for epsilon, part in parts(valid, "epsilon"):
        networks = part.groupby("run")["residual"].mean()
        found.append(row("residual", epsilon, mean(networks, **how), 0.0))
        found.append(row("residual_max", epsilon, exact(part["residual"].max(), len(part)), 0.0))
        small = int((part["residual"] <= _ROUNDING).sum())
        found.append(row("exact", epsilon, proportion_estimate(small, len(part), level=level)))
    sizes = valid.groupby("run")["size_ratio"].mean()
    found.append(row("size_ratio", None, mean(sizes, **how)))
    return table(found)


def layout(found: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown: one row an ε."""
    wide = found.dropna(subset=["at"]).pivot(index="at", columns="quantity", values="estimate")
    wide = (
        wide.reindex(columns=["residual", "residual_max", "exact"])
        .sort_index(ascending=False)
        .reset_index()
    )
    wide["epsilon"] = [f"{each:g}" for each in wide["at"]]
    for name in ("residual", "residual_max"):
        wide[name] = [f"{each:.1e}" for each in wide[name]]
    labels = {
        "epsilon": "ε",
        "residual": "mean",
        "residual_max": "largest",
        "exact": "share that is rounding",
    }
    networks, size = total(found, "networks"), total(found, "size_ratio")
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
    if wide.empty:
        notes.insert(
            0,
            "NO VALID RUN: no network reached training accuracy 1, so there is nothing to measure.",
        )
    title = "Theorem 7. The first-order statement on trained networks"
    return wide, Layout(title, labels, {"residual": ["residual", "residual_max"]}, notes)


def draw(found: pd.DataFrame) -> Figure:
    """Draw the residual against ε."""
    figure = Figure(figsize=(4.8, 3.4))
    axes = figure.subplots()
    axes.set(xlabel="ε", ylabel="residual / change of the outputs")
    if found["at"].isna().all():
        axes.set_title("No accurate network", fontsize=9)
        return figure
    for place, (name, label) in enumerate(
        {"residual": "mean over networks", "residual_max": "largest"}.items()
    ):
        chosen = pick(found, name)
        chosen = chosen.assign(
            **{column: chosen[column].clip(lower=_EMPTY) for column in ("estimate", "low", "high")}
        )
        series(axes, chosen, place, label, linestyle="-")
    epsilons = np.sort(found["at"].dropna().unique())
    axes.set(xscale="log", yscale="log", xlim=(epsilons.min() / 2, epsilons.max() * 2))
    axes.legend(fontsize=7)
    return figure
