"""The four factors of every pair, and which of them makes some more fragile than others."""

from typing import Any

import pandas as pd

from fcflow.declared import called
from fcflow.experiments.images.columns import CURVES, EXPERIMENTS
from fcflow.experiments.images.factors.pairs import FACTORS, PAIR_FACTORS, complete, pair_factors
from fcflow.experiments.images.factors.shares import SHARES, image_mean, shares
from fcflow.paper.estimates import shown_as, wide
from fcflow.paper.layout import Layout
from fcflow.paper.numbers import percent
from fcflow.paper.phrases import several
from fcflow.paper.table import ShownTable, table

_ROUNDING = 1e-12  # shares below it are those of a factor that is the same for all


@table(
    "{images}_factors",
    schema=PAIR_FACTORS,
    reads={
        "experiments": EXPERIMENTS.at("results/{images}/experiments.parquet"),
        "curves": CURVES.at("results/{images}/curves.parquet"),
    },
    label="Factors of {called}",
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
        f"Four factors of the least perturbations of {called(experiment)}",
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
    label="Shares of {called}",
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
    title = f"Which factor makes some inputs of {called(experiment)} more fragile than others"
    return ShownTable(rows, *share_layout(rows, pairs, title, "first images", level))


def share_layout(
    rows: pd.DataFrame,
    pairs: pd.DataFrame,
    title: str,
    resampled: str,
    level: float,
    *,
    what: str = "pair",
    ratio: str = "‖e‖/half",
) -> tuple[pd.DataFrame, Layout]:
    """Return shares as shown; what rounding left of a share that is zero is shown as zero.

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
    what, ratio : str
        What one of the pairs, and what the product of the factors is called.
    """
    names = {**FACTORS, "ratio": f"all four: {ratio}"}
    shown = wide(_without_rounding(rows), ["factor"])
    order = {factor: place for place, factor in enumerate(names)}
    shown = shown.sort_values("factor", key=lambda named: named.map(order), ignore_index=True)
    labels = {
        "factor": "factor",
        "mean": "mean",
        "mean_log": "mean logarithm",
        "lmg": "averaged over orders",
        "covariance": "covariance with the sum",
    }
    known = complete(pairs)
    negative = int((known[[*FACTORS]] < 0).any(axis=1).sum())
    counted = several(negative, what)
    along = f"Along the paths of {counted} the gap rises; logarithms are of sizes."
    logs = known[[f"log_{factor}" for factor in FACTORS]].abs().max()
    ones = [FACTORS[factor] for factor in FACTORS if logs[f"log_{factor}"] <= _ROUNDING]
    constant = f"{' and '.join(ones).capitalize()}: 1 for every {what}, and so without a share."
    notes = [
        f"In brackets {percent(level)} intervals from resampling {resampled}.",
        f"{several(len(known), what)}; shares add up to one.",
        (
            "Averaged over orders: what a factor adds to the variance explained by those taken"
            " before it, averaged over all orders in which factors may be taken. Covariance with"
            " the sum: that of a factor's logarithm with the sum of all four, over the variance of"
            " the sum, which may be negative."
        ),
        constant if ones else "",
        along if negative else "",
    ]
    layout = Layout(
        title,
        labels,
        {f"share of the variance of log({ratio})": ["lmg", "covariance"]},
        [note for note in notes if note],
        totals=1,
    )
    return shown.assign(factor=shown["factor"].map(names)), layout


def _without_rounding(rows: pd.DataFrame) -> pd.DataFrame:
    """Return estimates where those that are zero but for rounding are zero, without an interval."""
    zero = rows[["estimate", "low", "high"]].abs().max(axis=1) <= _ROUNDING
    none = zero & rows["estimate"].notna()
    estimate = rows["estimate"].mask(none, 0.0)
    return rows.assign(estimate=estimate, low=rows["low"].mask(none), high=rows["high"].mask(none))
