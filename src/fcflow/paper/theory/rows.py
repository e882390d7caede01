"""What the tables of all statements have in common: an estimate a row, at a dimension or as an exponent of d."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from fcflow.artifacts.schema import TableSchema, declare, real, text
from fcflow.paper.estimates import INTERVAL, columns
from fcflow.stats import Estimate, mean_estimate, power_law_slope

Row = dict[str, Any]

_COLUMNS = {
    "series": text(),
    "quantity": text(),
    "at": real(nullable=True),
    **INTERVAL,
    "expected": real(nullable=True),
}


def schema(statement: str) -> TableSchema:
    """Declare a statement's table.

    ``series`` tells settings apart, ``at`` is the dimension (missing where the estimate is over all
    of them), and ``expected`` is what the statement, or the exact law behind it, says.
    """
    return declare(f"{statement} in numbers", "show_statement", _COLUMNS)


def row(
    quantity: str,
    at: float | None,
    estimate: Estimate,
    expected: float | None = None,
    series: str = "",
) -> Row:
    """Return one row.

    Examples
    --------
    >>> row("norm", 4, Estimate(1.0, 0.9, 1.1, 50))["at"]
    4.0
    """
    place = np.nan if at is None else float(at)
    return {"series": series, "quantity": quantity, "at": place, **columns(estimate)} | {
        "expected": np.nan if expected is None else float(expected)
    }


def table(rows: list[Row]) -> pd.DataFrame:
    """Return rows as a table of the declared columns; intervals that have no bound on a side are left empty there."""
    found = pd.DataFrame(rows)[list(_COLUMNS)]
    return found.replace([np.inf, -np.inf], np.nan)


def exact(value: float, n: int = 0) -> Estimate:
    """Return a computed number that has no sampling error.

    Examples
    --------
    >>> exact(2.0)
    Estimate(value=2.0, low=2.0, high=2.0, n=0)
    """
    return Estimate(float(value), float(value), float(value), n)


def mean(values: ArrayLike, *, resamples: int, level: float) -> Estimate:
    """Return the mean with its interval, of values that may hold NaN, which are left out."""
    data = np.asarray(values, dtype=np.float64)
    return mean_estimate(data[np.isfinite(data)], resamples=resamples, level=level)


def exponent(groups: Mapping[float, ArrayLike], *, resamples: int, level: float) -> Estimate:
    """Return the exponent of d that the means of groups of draws follow."""
    return power_law_slope(groups, resamples=resamples, level=level)


def parts(draws: pd.DataFrame, column: str = "d") -> Iterator[tuple[float, pd.DataFrame]]:
    """Yield each value of a column, in order, with its rows.

    Examples
    --------
    >>> [value for value, _ in parts(pd.DataFrame({"d": [4, 2, 4]}))]
    [2.0, 4.0]
    """
    for value in np.unique(draws[column].to_numpy()):
        yield float(value), draws[draws[column] == value]


def by_dimension(draws: pd.DataFrame, column: str, *, low: int = 0) -> dict[float, Any]:
    """Return a column's draws at each dimension from ``low`` on."""
    return {d: part[column].dropna().to_numpy() for d, part in parts(draws) if d >= low}


def lowest(draws: pd.DataFrame, wanted: int) -> int:
    """Return the dimension from which an exponent is fitted: the one wanted, or all where that leaves fewer than two.

    Examples
    --------
    >>> lowest(pd.DataFrame({"d": [2, 16, 32]}), 16), lowest(pd.DataFrame({"d": [2, 4, 16]}), 16)
    (16, 0)
    """
    return wanted if (draws["d"].drop_duplicates() >= wanted).sum() >= 2 else 0


def pick(rows: pd.DataFrame, quantity: str, series: str | None = None) -> pd.DataFrame:
    """Return the rows of one quantity, and series, in the order of their dimension."""
    chosen = rows[rows["quantity"] == quantity]
    return (chosen if series is None else chosen[chosen["series"] == series]).sort_values("at")


def total(rows: pd.DataFrame, quantity: str, series: str = "") -> pd.Series:
    """Return the one row of a quantity that is over all dimensions."""
    return pick(rows, quantity, series).iloc[0]
