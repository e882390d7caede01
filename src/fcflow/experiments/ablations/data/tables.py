"""Compression of networks on data that are not Gaussian."""

import pandas as pd

from fcflow.experiments.ablations.cells import (
    add_cell,
    cells_layout,
    cells_of,
    compared_on,
    counted,
    trained,
)
from fcflow.experiments.ablations.columns import NETWORKS
from fcflow.experiments.ablations.data.columns import TABLE
from fcflow.experiments.theory.rows import Estimates
from fcflow.paper.numbers import percent
from fcflow.paper.table import ShownTable, table

STUDIES = ("entries", "points")
_SHOWN = (
    *("networks", "learned", "common", "accuracy", "phi", "cos_theta", "deviation"),
    "over_phi",
)


@table(
    "ablations_data",
    schema=TABLE,
    reads={"networks": NETWORKS.at("results/ablations/networks.parquet")},
    label="Data that are not Gaussian",
    shows="|cos θ1| beside φ for other data",
    caption="Theorem 6 says that a classifier of the mixed hypercube, whose matrix A has Gaussian"
    " entries, looks along the feature by |cos θ1| ≈ φ. The same for entries of A of other"
    " distributions, and for points whose coordinates are not the hypercube's corners: networks"
    " trained on fresh points for a fixed number of steps. Averages are over those that then"
    " classify the tested points, all corners where z lies on them.",
)
def ablations_data(networks: pd.DataFrame, *, resamples: int, level: float) -> ShownTable:
    """Return a cell's averages; ``series`` names activation and data."""
    own = trained(networks, *STUDIES)
    estimates = Estimates(resamples, level)
    for study in STUDIES:
        for name, cell in cells_of(own[own["study"] == study], ("activation", study)):
            add_cell(estimates, name, cell)
    rows = TABLE.table(estimates.rows)
    notes = [
        f"In brackets {percent(level)} intervals over networks, each on a matrix A of its own.",
        counted(own),
        compared_on(own),
        "The corners beside other points, and Gaussian entries beside others, are two studies, with"
        " matrices of their own; entries of another distribution are another matrix.",
        "Averages of the last column are geometric.",
    ]
    title = "Compression on data that are not Gaussian"
    return ShownTable(rows, *cells_layout(rows, title, _SHOWN, notes))
