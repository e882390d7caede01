"""Which explanation predicts the least perturbation on networks held out."""

import pandas as pd

from fcflow.experiments.ablations.cells import counted, trained
from fcflow.experiments.ablations.columns import NETWORKS
from fcflow.experiments.ablations.explanations.columns import TABLE
from fcflow.experiments.ablations.explanations.prediction import (
    EXPLANATIONS,
    explained_networks,
    factor_shares,
    predicted_share,
    share_ahead,
)
from fcflow.experiments.theory.rows import Estimates, pick
from fcflow.paper.estimates import beside
from fcflow.paper.layout import Layout, Panel
from fcflow.paper.numbers import percent
from fcflow.paper.table import ShownTable, table

# Every other explanation is compared with this one.
FIRST = "compression"
LABELS = {
    "theory": "data alone: φ‖a‖",
    "compression": "|cos θ_1|‖a‖",
    "gradient length": "‖∇g‖",
    "gap over gradient": "g/‖∇g‖",
    "curvature on the path": "N̄/N(0), how ‖∇g‖ changes on the path",
    "loss gradient": "‖∂L‖_2 at the points",
    "mean loss gradient": "E‖∂L‖_2",
    "compression and place": "|cos θ_1|‖a‖ and the boundary's place",
}
FACTOR_LABELS = {
    "weighted_cosine": "compression",
    "evenness": "evenness",
    "boundary_place": "boundary's place",
    "curvature": "curvature",
}


@table(
    "ablations_explanations",
    schema=TABLE,
    reads={"networks": NETWORKS.at("results/ablations/networks.parquet")},
    label="Which explanation predicts ‖e‖",
    shows="shares of variance on networks held out",
    caption="A least perturbation ‖e‖ can be short because a network is compressed, because its"
    " gradient is long, because its gap is small, or because it bends. How well does each predict"
    " ‖e‖ of networks of a kind that was held out? Networks of all studies that have learned their"
    " task; below, how the variance splits among the four factors whose product ‖e‖ is.",
)
def ablations_explanations(networks: pd.DataFrame, *, resamples: int, level: float) -> ShownTable:
    """Return predicted shares of log ‖e‖, and the factors' shares; ``series`` names them.

    ``ahead`` is the share that compression predicts minus that of another explanation.
    """
    own = explained_networks(networks)
    estimates = Estimates(resamples, level)
    options = {"resamples": resamples, "level": level}
    if len(own):
        for name, columns in EXPLANATIONS.items():
            share = predicted_share(own, columns, **options)  # type: ignore[arg-type]
            estimates.add("held_out", None, share, None, name)
        for name, columns in EXPLANATIONS.items():
            if name != FIRST:
                ahead = share_ahead(own, EXPLANATIONS[FIRST], columns, **options)  # type: ignore[arg-type]
                estimates.add("ahead", None, ahead, None, name)
        for name, share in factor_shares(own, **options).items():  # type: ignore[arg-type]
            estimates.add("factor_share", None, share, None, name)
    estimates.exact("cells", None, own["cell"].nunique(), len(own))
    rows = TABLE.table(estimates.rows)
    return ShownTable(rows, *_layout(rows, level, counted(trained(networks))))


def _layout(rows: pd.DataFrame, level: float, note: str) -> tuple[pd.DataFrame, Layout]:
    share = f"share of variance [{percent(level)} interval]"
    cells = int(pick(rows, "cells")["estimate"].iloc[0])
    notes = [
        f"Networks' mean log ‖e‖, each of {cells} kinds of network predicted by linear fits to all"
        " others on other matrices A; below 0 the mean of all predicts better. Intervals are over"
        " matrices A.",
        "Differences are paired: of the two shares over the same networks, in every resample of"
        " matrices too.",
        "A kind is all that was set but for the study. Means over a network's points are of"
        " logarithms, of |cos θ_1| too.",
        "Curvature of the four factors holds ‖e‖ itself, and so predicts nothing by itself.",
        note,
    ]
    labels = {"series": "log ‖e‖ predicted from the log of", "estimate": share}
    labels |= {"ahead": f"{LABELS[FIRST]} predicts more by", "n": "networks"}
    factors = _named(rows, "factor_share", FACTOR_LABELS)
    named = {"series": "factor", "estimate": share, "n": "networks"}
    below = Panel(factors, Layout("The four factors' shares (LMG)", named, integers=["n"]))
    title = "Which explanation predicts the least perturbation"
    ahead = pick(rows, "ahead").set_index("series")[["estimate", "low", "high"]]
    ahead.columns = pd.Index(["ahead", "ahead_low", "ahead_high"])
    shares = _named(rows, "held_out", LABELS, ahead)
    return shares, Layout(title, labels, notes=notes, integers=["n"], below=[below])


def _named(
    rows: pd.DataFrame, quantity: str, names: dict[str, str], others: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the rows of a quantity by their names in words, with columns of others beside."""
    own = beside(rows[rows["quantity"] == quantity])
    own = own[["series", "estimate", "estimate_low", "estimate_high", "n"]]
    own = own if others is None else own.join(others, on="series")
    return own.assign(series=[names[name] for name in own["series"]])
