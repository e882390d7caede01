"""Which cells of a study look by φ: those shown to, those shown not to, and the undecided."""

from typing import NamedTuple

import pandas as pd

from fcflow.experiments.ablations.naming import said_together
from fcflow.paper.numbers import number


class Nearness(NamedTuple):
    """Cells by where the interval of their mean ||cos θ1| − φ| lies against a limit.

    That an interval reaches both sides of the limit shows neither; so does one network, which
    leaves no interval.

    Attributes
    ----------
    within, beyond, undecided : DataFrame
        Rows of a table of cells.
    """

    within: pd.DataFrame
    beyond: pd.DataFrame
    undecided: pd.DataFrame


def nearness(rows: pd.DataFrame, limit: float, among: str = "") -> Nearness:
    """Return which cells are within a limit of φ, which are not, and which are undecided.

    Parameters
    ----------
    rows : DataFrame
        As :func:`~fcflow.experiments.theory.columns.estimates` declares, with ``deviation``.
    limit : float
    among : str
        What the series has to begin with; it is left out of the names.

    Examples
    --------
    >>> rows = pd.DataFrame({"quantity": "deviation", "series": ["a", "b", "c"], "n": 9})
    >>> rows = rows.assign(estimate=0.04, low=[0.03, 0.03, 0.02], high=[0.045, 0.06, float("nan")])
    >>> [part["series"].tolist() for part in nearness(rows, 0.05)]
    [['a'], [], ['b', 'c']]
    """
    own = rows[(rows["quantity"] == "deviation") & rows["series"].str.startswith(among)]
    own = own[(own["series"] != "") & own["estimate"].notna() & (own["n"] > 0)]
    own = own.assign(series=own["series"].str.removeprefix(among))
    within, beyond = own["high"] <= limit, own["low"] > limit
    return Nearness(own[within], own[beyond], own[~within & ~beyond])


def told(near: Nearness, limit: float) -> str:
    """Return the three groups in words, their cells by name.

    Examples
    --------
    >>> rows = pd.DataFrame({"quantity": "deviation", "series": ["GELU", "tanh"], "n": 9})
    >>> rows = rows.assign(estimate=[0.04, 0.2], low=[0.02, 0.1], high=[0.045, 0.3])
    >>> told(nearness(rows, 0.05), 0.05)
    'within 0.05 of φ for GELU networks; off by more for tanh networks (0.20)'
    """
    within, beyond, undecided = (said_together(part["series"].tolist()) for part in near)
    clauses = [f"{'' if within else 'shown '}within {limit:g} of φ for {within or 'none'}"]
    if beyond:
        most = near.beyond.iloc[int(near.beyond["estimate"].argmax())]
        size = number(most["estimate"], digits=2)
        where = f"most, {size}, for {most['series']}" if len(near.beyond) > 1 else size
        clauses.append(f"off by more for {beyond} ({where})")
    if undecided:
        clauses.append(f"undecided for {undecided}")
    return "; ".join(clauses)
