"""What is seen of training that makes networks robust, in words."""

import math

import pandas as pd

from fcflow.experiments.theory.rows import pick
from fcflow.experiments.vulnerability.totals import total_row, value_of
from fcflow.paper.numbers import estimate, number
from fcflow.paper.seen import against

_NEARLY = 0.2  # of one percent for each percent


def seen(rows: pd.DataFrame) -> str:
    """Return whether compression is undone, and by how much for each percent of ‖e‖.

    The range of rises is over the ways to train whose interval lies above 0; the others are
    counted.
    """
    row = total_row(rows, "exchange")
    every = pick(rows, "change_norm").dropna(subset=["estimate"])
    grown = every[every["low"] > 0]
    if row is None or grown.empty:
        return "No training tried makes these networks more robust beyond doubt"
    where = against(row["low"], row["high"], 0.0)
    if where != "above":
        return "Training makes networks robust, but whether by undoing compression cannot be told"
    middle = value_of(rows, "exchange_median")
    percent = [100 * math.expm1(value) for value in grown["estimate"]]
    least, most = (f"{value:.0f}" for value in (min(percent), max(percent)))
    amount = f"{most} %" if least == most else f"{least} to {most} %"
    others = len(every) - len(grown)
    if others:
        rest = f"the other{'s' if others > 1 else ''}"
        amount += f" ({len(grown)} of {len(every)} ways tried; of {rest} no rise is shown)"
    apart = max(abs(row["estimate"] - 1), abs(middle - 1))
    nearly = "by nearly as much" if apart <= _NEARLY else "too"
    return (
        f"Robust training raises ‖e‖ by {amount} and |cos θ₁| {nearly}"
        f" ({estimate(row)} % for each % in a fit to all,"
        f" {number(middle, digits=2)} % on the median matrix)"
    )
