"""The pairs of digits with every attack."""

import pandas as pd

from fcflow.experiments.images.columns import ATTACKS, EXPERIMENTS
from fcflow.experiments.images.pair_table import PAIR_TABLE, pair_rows
from fcflow.paper.layout import Layout
from fcflow.paper.table import ShownTable, table


@table(
    "digits8",
    schema=PAIR_TABLE,
    reads={
        "experiments": EXPERIMENTS.at("results/digits8/experiments.parquet"),
        "attacks": ATTACKS.at("results/digits8/attacks.parquet"),
    },
    label="Digits of 8 × 8 pixels",
    shows="perturbations and compression",
    caption="Every pair of digits: how it was attacked, and the compression at its first image.",
)
def digits8(experiments: pd.DataFrame, attacks: pd.DataFrame) -> ShownTable:
    """Return one row a pair and attack."""
    rows = pair_rows(experiments, attacks)
    labels = {"name1": "X1", "name2": "X2", "attack": "attack", "norm": "‖e‖", "ratio": "‖e‖/half"}
    return ShownTable(rows, rows, Layout("Pairs of digits", labels))
