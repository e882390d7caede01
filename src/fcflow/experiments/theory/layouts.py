"""What the tables of several statements show below: exponents of d beside what theory says."""

from collections.abc import Mapping

import pandas as pd

from fcflow.experiments.theory.rows import total
from fcflow.paper.estimates import beside
from fcflow.paper.layout import Layout, Panel
from fcflow.paper.numbers import percent


def exponents(
    rows: pd.DataFrame, names: Mapping[str, str], level: float, series: Mapping[str, str] = {"": ""}
) -> Panel:
    """Return the exponents of d as a table of their own.

    Parameters
    ----------
    rows : DataFrame
        As :func:`fcflow.experiments.theory.columns.estimates` declares.
    names : mapping
        From quantities whose exponents are shown to what they are called.
    level : float
        Of the intervals.
    series : mapping
        From series to what they are called, where there are several.
    """
    records = [
        total(rows, f"{quantity}_exponent", one).to_dict()
        | {"label": f"{name}, {called}" if called else name}
        for quantity, name in names.items()
        for one, called in series.items()
    ]
    shown = pd.DataFrame(records).dropna(subset=["estimate"])
    labels = {
        "label": "",
        "estimate": f"exponent of d [{percent(level)} interval]",
        "expected": "theory, d → ∞",
        "n": "draws",
    }
    title = "How fast they grow or fall with the dimension"
    layout = Layout(title, labels, integers=["n"], plain=["expected"])
    return Panel(beside(shown), layout)
