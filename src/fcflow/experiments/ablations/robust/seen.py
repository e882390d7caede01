"""What is seen of training that makes networks robust, in words."""

import pandas as pd

from fcflow.experiments.theory.rows import pick
from fcflow.experiments.vulnerability.totals import total_row, value_of
from fcflow.paper.numbers import estimate, number
from fcflow.paper.seen import against


def seen(rows: pd.DataFrame) -> str:
    """Return whether compression is undone, and by how much for each percent of ‖e‖."""
    row = total_row(rows, "exchange")
    grown = pick(rows, "change_norm").dropna(subset=["low"])
    if row is None or not (grown["low"] > 0).any():
        return "No training tried makes these networks more robust beyond doubt"
    where = against(row["low"], row["high"], 0.0)
    if where != "above":
        return "Training makes networks robust, but whether by undoing compression cannot be told"
    middle = value_of(rows, "exchange_median")
    return (
        "Training that makes networks robust undoes compression: |cos θ1| grows by"
        f" {estimate(row)} % for each percent of ‖e‖ in a fit to all networks, by"
        f" {number(middle, digits=2)} % on the median matrix"
    )
