"""What training that makes networks robust does to compression, accuracy and ‖e‖."""

from dataclasses import replace

import numpy as np
import pandas as pd

from fcflow.clusters import clustered_estimate
from fcflow.experiments.ablations.cells import counted, trained, wide_cells
from fcflow.experiments.ablations.columns import NETWORKS
from fcflow.experiments.ablations.robust.changes import (
    CHANGES,
    STUDY,
    changes,
    slope,
    slopes_of_runs,
)
from fcflow.experiments.ablations.robust.columns import TABLE
from fcflow.experiments.theory.rows import Estimates
from fcflow.experiments.vulnerability.layouts import comparisons
from fcflow.paper.layout import Layout
from fcflow.paper.numbers import percent
from fcflow.paper.table import ShownTable, table

_SHOWN = ("networks", "learned", "change_accuracy", *CHANGES)


@table(
    "ablations_robust",
    schema=TABLE,
    reads={"networks": NETWORKS.at("results/ablations/networks.parquet")},
    label="Robust training",
    shows="what it does to compression, and at what price",
    caption="Does training that makes networks robust undo compression? Networks trained with"
    " penalties on the loss gradient, on perturbed points (augmentation), against iterated attacks"
    " (adversarial) and with weight decay, each beside the plainly trained network of the same"
    " matrix and initial weights. Strengths are sizes of perturbations as shares of ‖a‖, of weight"
    " decay its factor.",
)
def ablations_robust(networks: pd.DataFrame, *, resamples: int, level: float) -> ShownTable:
    """Return changes of each method and strength; ``series`` names them.

    ``exchange`` is by how many percent |cos θ1| grows for each percent of ‖e‖, over all of them;
    ``price`` is the change of accuracy for each, over all networks, whether they have learned or
    not. Small changes of logarithms are such shares. ``exchange_median`` is the median over runs of
    each one's own slope, ``heaviest`` the share of the run that weighs most in ``exchange``, and
    ``exchange_rest`` the slope without that run.
    """
    own = changes(networks)
    estimates = Estimates(resamples, level)
    for cell, part in own.groupby("cell", sort=False):
        both = part[part["both_learned"]]
        series = str(cell)
        estimates.exact("networks", None, len(part), len(part), None, series)
        estimates.share("learned", None, int(part["learned"].sum()), len(part), None, series)  # type: ignore[arg-type]
        estimates.mean("change_accuracy", None, part["change_accuracy"], None, series)
        for name in CHANGES:
            estimates.mean(name, None, both[name], None, series)
    options = {"resamples": resamples, "level": level}
    both = own[own["both_learned"]]
    for name, column in _SLOPES.items():
        estimates.add(name, None, slope(both, column, "change_norm", **options))  # type: ignore[arg-type]
        for method, part in both.groupby("method", sort=False):
            fit = slope(part, column, "change_norm", **options)  # type: ignore[arg-type]
            estimates.add(name, None, fit, None, str(method))
    _add_runs(estimates, both, **options)  # type: ignore[arg-type]
    price = slope(own, "change_accuracy", "change_norm", **options)  # type: ignore[arg-type]
    estimates.add("price", None, price)
    rows = TABLE.table(estimates.rows)
    return ShownTable(rows, *_layout(rows, level, counted(trained(networks, STUDY))))


def _add_runs(estimates: Estimates, both: pd.DataFrame, *, resamples: int, level: float) -> None:
    """Add what single runs exchange, of which one can weigh more than all others."""
    runs = slopes_of_runs(both, _SLOPES["exchange"], "change_norm")
    if runs.empty:
        return
    slopes = runs["slope"].to_numpy(dtype=np.float64)
    middle = clustered_estimate(
        lambda places: float(np.median(slopes[places])),
        runs["run"].to_numpy(),
        resamples=resamples,
        level=level,
    )
    heaviest = runs.iloc[int(runs["weight"].argmax())]
    others = both[both["run"] != heaviest["run"]]
    rest = slope(others, _SLOPES["exchange"], "change_norm", resamples=resamples, level=level)
    estimates.add("exchange_median", None, middle)
    estimates.exact("heaviest", None, heaviest["weight"], len(both) - len(others))
    estimates.add("exchange_rest", None, rest)


_SLOPES = {"exchange": "change_cosine", "straightening": "change_curvature"}


def _layout(rows: pd.DataFrame, level: float, note: str) -> tuple[pd.DataFrame, Layout]:
    shown = wide_cells(rows[rows["quantity"].isin(_SHOWN)], _SHOWN)
    labels = {
        "series": "training",
        "networks": "networks",
        "learned": "have learned",
        "change_accuracy": "accuracy, all",
        "change_norm": "log ‖e‖",
        "change_cosine": "log |cos θ_1|",
        "change_gap_gradient": "log ‖∇g‖",
        "change_curvature": "log curvature",
    }
    entries = [
        ("|cos θ_1|, % for each % of ‖e‖", "exchange", ""),
        ("the same, median over matrices A", "exchange_median", ""),
        ("the same without the matrix of most weight", "exchange_rest", ""),
        ("that matrix's share of the weight", "heaviest", ""),
        *(
            (f"{words}", "exchange", name)
            for name, words in {
                "penalty": "the same, penalty",
                "augmentation": "the same, augmentation",
                "adversarial": "the same, adversarial",
                "weight_decay": "the same, weight decay",
            }.items()
        ),
        ("curvature, % for each % of ‖e‖", "straightening", ""),
        ("accuracy, points for each % of ‖e‖, all networks", "price", ""),
    ]
    notes = [
        f"Changes from plain training, with {percent(level)} intervals over networks; those of"
        " logarithms where both have learned.",
        "Slopes are through the origin: a matrix weighs by the squares of its changes of log ‖e‖."
        " Their intervals are from resampling matrices.",
        note,
    ]
    below = comparisons(rows, "What is exchanged", level, entries)
    # These are fits over networks, of which several are on one matrix; the median is over matrices.
    counts = {**below.layout.labels, "n": "networks or matrices"}
    below = below._replace(layout=replace(below.layout, labels=counts))
    spanners = {"change from plain training": ["change_accuracy", *CHANGES]}
    title = "Training that makes networks robust"
    layout = Layout(title, labels, spanners, notes, integers=["networks"], below=[below])
    return shown, layout
