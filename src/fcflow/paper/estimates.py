"""Estimates with intervals as columns of a table, and as tables show them."""

from collections.abc import Sequence

import pandas as pd

from fcflow.artifacts.schema import integer, real
from fcflow.paper.numbers import MISSING, Row
from fcflow.stats import Estimate

INTERVAL = {
    "estimate": real(nullable=True),
    "low": real(nullable=True),
    "high": real(nullable=True),
    "n": integer(0),
}


def columns(estimate: Estimate) -> dict[str, float]:
    """Return an estimate as the columns that ``INTERVAL`` declares.

    Examples
    --------
    >>> columns(Estimate(0.5, 0.4, 0.6, 9))
    {'estimate': 0.5, 'low': 0.4, 'high': 0.6, 'n': 9}
    """
    return {"estimate": estimate.value, "low": estimate.low, "high": estimate.high, "n": estimate.n}


def shown_as(name: str, estimate: Estimate) -> dict[str, float]:
    """Return an estimate as a column of that name that is shown with its interval.

    Examples
    --------
    >>> shown_as("phi", Estimate(0.5, 0.4, 0.6, 9))
    {'phi': 0.5, 'phi_low': 0.4, 'phi_high': 0.6}
    """
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def row_as(name: str, row: Row) -> dict[str, float]:
    """Return a row's estimate as a column of that name that is shown with its interval.

    Examples
    --------
    >>> row_as("phi", {"estimate": 0.5, "low": 0.4, "high": 0.6})
    {'phi': 0.5, 'phi_low': 0.4, 'phi_high': 0.6}
    """
    return {name: row["estimate"], f"{name}_low": row["low"], f"{name}_high": row["high"]}


def beside(rows: pd.DataFrame) -> pd.DataFrame:
    """Return estimates, a row each, with their intervals where a layout looks for them."""
    return rows.rename(columns={"low": "estimate_low", "high": "estimate_high"})


def wide(rows: pd.DataFrame, index: Sequence[str], by: str = "quantity") -> pd.DataFrame:
    """Return estimates with a row for each key and a column, with its interval, for each quantity.

    Examples
    --------
    >>> rows = pd.DataFrame([{"d": 4, "quantity": "phi"} | columns(Estimate(0.5, 0.4, 0.6, 9))])
    >>> wide(rows, ["d"]).to_dict("records")
    [{'d': 4, 'phi': 0.5, 'phi_low': 0.4, 'phi_high': 0.6}]
    """
    tables = [
        rows.pivot(index=list(index), columns=by, values=value).add_suffix(ending)
        for value, ending in {"estimate": "", "low": "_low", "high": "_high"}.items()
    ]
    return pd.concat(tables, axis=1).reset_index()


def beside_published(low: float, high: float, published: float) -> str:
    """Return whether a published value lies in an interval, as a table's cell.

    Examples
    --------
    >>> beside_published(0.3, 0.4, 0.33), beside_published(0.3, 0.4, 0.5)
    ('in the interval', 'above it')
    """
    if pd.isna(published) or pd.isna(low) or pd.isna(high):
        return MISSING
    if low <= published <= high:
        return "in the interval"
    return "above it" if published > high else "below it"
