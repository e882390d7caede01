"""Compression of networks of other depths, widths and activations."""

import pandas as pd

from fcflow.experiments.ablations.architecture.columns import TABLE
from fcflow.experiments.ablations.cells import add_cell, cells_layout, compared_on, counted, trained
from fcflow.experiments.ablations.columns import NETWORKS
from fcflow.experiments.ablations.naming import value_words
from fcflow.experiments.theory.rows import Estimates
from fcflow.paper.numbers import percent
from fcflow.paper.table import ShownTable, table

# Studies, and what differs in each; that of one width is beside the others.
STUDIES = {"activation": "activation", "depth": "depth", "width": "hidden", "width_3000": "hidden"}
_SHOWN = (
    *("networks", "learned", "common", "phi", "cos_theta", "deviation", "over_phi", "ratio"),
    "over_optimal",
)


@table(
    "ablations_architecture",
    schema=TABLE,
    reads={"networks": NETWORKS.at("results/ablations/networks.parquet")},
    label="Depth, width and activation",
    shows="|cos θ1| beside φ for other architectures",
    caption="Does compression depend on the network? |cos θ1| beside φ for activations, hidden"
    " layers and widths beyond the papers'; trained on fresh points for a fixed number of steps."
    " Averages are over those that then classify the tested points. ‖e‖ is the least perturbation"
    " found, half is half the distance to the point whose label alone differs, optimal what the"
    " optimal classifier tolerates.",
)
def ablations_architecture(networks: pd.DataFrame, *, resamples: int, level: float) -> ShownTable:
    """Return a cell's averages; ``series`` names what differs."""
    own = trained(networks, *STUDIES)
    estimates = Estimates(resamples, level)
    for study, column in STUDIES.items():
        for value, cell in own[own["study"] == study].groupby(column, sort=False):
            add_cell(estimates, value_words(column, value), cell)
    rows = TABLE.table(estimates.rows)
    notes = [
        f"In brackets {percent(level)} intervals over networks, each on a matrix A of its own.",
        counted(own),
        compared_on(own),
        "Activation, depth and width have matrices of their own each: ReLU with one hidden layer is"
        " in all three, and differs between them as matrices do. Compare within one of them.",
        "Averages of ratios are geometric.",
    ]
    title = "Compression by activation, depth and width"
    return ShownTable(rows, *cells_layout(rows, title, _SHOWN, notes))
