"""The four factors of every pair, and which of them makes some more fragile than others."""

from typing import Any

import pandas as pd

from fcflow.experiments.images.columns import CURVES, EXPERIMENTS
from fcflow.experiments.images.factors.pairs import FACTORS, PAIR_FACTORS, complete, pair_factors
from fcflow.experiments.images.factors.shares import SHARES, image_mean, shares
from fcflow.paper.estimates import shown_as, wide
from fcflow.paper.layout import Layout
from fcflow.paper.numbers import percent
from fcflow.paper.phrases import several
from fcflow.paper.table import ShownTable, table

NAMES = {**FACTORS, "ratio": "all four: ‖e‖/half"}


@table(
    "{images}_factors",
    schema=PAIR_FACTORS,
    reads={
        "experiments": EXPERIMENTS.at("results/{images}/experiments.parquet"),
        "curves": CURVES.at("results/{images}/curves.parquet"),
    },
    label="Factors of {images}",
    shows="why each perturbation is as short as it is",
    caption="The least perturbation ‖e‖ over half the distance between both inputs of a pair is"
    " exactly the product of four factors: compression along the path between them (cos θ, weighted"
    " by the gradient's length), how even the gradient's length is on the path, where on it the"
    " boundary lies, and how much the boundary bends away. The paper says that the last three are"
    " about one.",
)
def factors(
    experiments: pd.DataFrame,
    curves: pd.DataFrame,
    *,
    experiment: str,
    resamples: int,
    level: float,
) -> ShownTable:
    """Return every pair's factors; shown are the pairs that have a place, and averages."""
    rows = pair_factors(experiments, curves)
    labels = {
        "named": "pair",
        "weighted_cosine": "compression",
        "evenness": "evenness",
        "boundary_place": "boundary's place",
        "curvature": "curvature",
        "ratio": "product: ‖e‖/half",
    }
    placed = rows[rows["place"] > 0].sort_values("place")
    named = [f"{row.place}. {row.class1} → {row.class2}" for row in placed.itertuples()]
    means: dict[str, Any] = {"named": f"mean of all {len(rows)}"}
    for column in [*FACTORS, "ratio"]:
        means |= shown_as(column, image_mean(rows, column, resamples=resamples, level=level))
    shown = pd.concat([placed.assign(named=named), pd.DataFrame([means])], ignore_index=True)
    lost = len(rows) - len(complete(rows))
    notes = [
        "‖e‖ is the shortest perturbation found that puts x2's class ahead of x1's.",
        f"{several(lost, 'pair')} of {len(rows)} without a perturbation or a factor."
        if lost
        else "",
    ]
    layout = Layout(
        f"Four factors of the least perturbations of {experiment}",
        labels,
        {"factors": list(FACTORS)},
        [note for note in notes if note],
        totals=1,
    )
    return ShownTable(rows, shown.astype(dict.fromkeys([*FACTORS, "ratio"], "float64")), layout)


@table(
    "{images}_shares",
    schema=SHARES,
    reads={
        "experiments": EXPERIMENTS.at("results/{images}/experiments.parquet"),
        "curves": CURVES.at("results/{images}/curves.parquet"),
    },
    label="Shares of {images}",
    shows="which factor makes some inputs more fragile",
    caption="The logarithms of the four factors add up to that of ‖e‖ over half the distance, so"
    " that its variance between pairs splits among them without remainder: how much of the"
    " difference between fragile and robust inputs is compression, and how much is not.",
)
def share_table(
    experiments: pd.DataFrame,
    curves: pd.DataFrame,
    *,
    experiment: str,
    resamples: int,
    level: float,
) -> ShownTable:
    """Return averages of the factors and their shares of the variance between pairs."""
    pairs = pair_factors(experiments, curves)
    rows = shares(pairs, resamples=resamples, level=level)
    title = f"Which factor makes some inputs of {experiment} more fragile than others"
    return ShownTable(rows, *share_layout(rows, pairs, title, "first images", level))


def share_layout(
    rows: pd.DataFrame, pairs: pd.DataFrame, title: str, resampled: str, level: float
) -> tuple[pd.DataFrame, Layout]:
    """Return shares as shown.

    Parameters
    ----------
    rows : DataFrame
        As :data:`~fcflow.experiments.images.factors.shares.SHARES`.
    pairs : DataFrame
        What they are of.
    title : str
    resampled : str
        What intervals come from resampling, in words.
    level : float
        Of intervals.
    """
    shown = wide(rows, ["factor"])
    order = {factor: place for place, factor in enumerate(NAMES)}
    shown = shown.sort_values("factor", key=lambda names: names.map(order), ignore_index=True)
    labels = {
        "factor": "factor",
        "mean": "mean",
        "mean_log": "mean logarithm",
        "lmg": "averaged over orders",
        "covariance": "covariance with the sum",
    }
    negative = int((complete(pairs)[[*FACTORS]] < 0).any(axis=1).sum())
    along = "Along the paths of {} the gap rises; logarithms are of sizes.".format(
        several(negative, "pair")
    )
    notes = [
        f"In brackets {percent(level)} intervals from resampling {resampled}.",
        f"{several(len(complete(pairs)), 'pair')}; shares add up to one.",
        along if negative else "",
    ]
    layout = Layout(
        title,
        labels,
        {"share of the variance of log(‖e‖/half)": ["lmg", "covariance"]},
        [note for note in notes if note],
        totals=1,
    )
    return shown.assign(factor=shown["factor"].map(NAMES)), layout
