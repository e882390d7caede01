"""The rows of the statements' tables: how they are estimated, and how they are looked up."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from fcflow.paper.estimates import columns, wide
from fcflow.stats import (
    Estimate,
    mean_estimate,
    power_law_slope,
    proportion_estimate,
    quantile_estimate,
)

Row = dict[str, Any]


def row(
    quantity: str,
    at: float | None,
    estimate: Estimate,
    expected: float | None = None,
    series: str = "",
) -> Row:
    """Return one row; an interval without a bound on a side has none there.

    Examples
    --------
    >>> row("norm", 4, Estimate(1.0, 0.9, float("inf"), 50))["high"]
    nan
    """
    numbers = {"at": at, **columns(estimate), "expected": expected}
    finite = {
        name: np.nan if number is None or np.isinf(number) else number
        for name, number in numbers.items()
    }
    return {"series": series, "quantity": quantity, **finite}


def exact(value: float, n: int = 0) -> Estimate:
    """Return a computed number that has no sampling error.

    Examples
    --------
    >>> exact(2.0)
    Estimate(value=2.0, low=2.0, high=2.0, n=0)
    """
    return Estimate(float(value), float(value), float(value), n)


@dataclass(frozen=True)
class Estimates:
    """A statement's rows, gathered one by one.

    Attributes
    ----------
    resamples : int
        Of every bootstrap interval.
    level : float
        Of every interval.
    rows : list of dict
        What was gathered. Arguments that all methods have in common are those of :func:`row`.

    Examples
    --------
    >>> estimates = Estimates(resamples=100, level=0.95)
    >>> estimates.share("flipped", 4, 20, 50)
    >>> estimates.rows[0]["estimate"]
    0.4
    """

    resamples: int
    level: float
    rows: list[Row] = field(default_factory=list)

    def add(self, *arguments: Any, **options: Any) -> None:
        """Add what :func:`row` makes of its arguments."""
        self.rows.append(row(*arguments, **options))

    def mean(self, quantity: str, at: float | None, values: ArrayLike, *others: Any) -> None:
        """Add the mean of the values that are not NaN."""
        data = np.asarray(values, dtype=np.float64)
        data = data[np.isfinite(data)]
        estimate = mean_estimate(data, resamples=self.resamples, level=self.level)
        self.add(quantity, at, estimate, *others)

    def quantile(self, quantity: str, at: float, values: ArrayLike, p: float, *others: Any) -> None:
        """Add the quantile ``p`` of the values."""
        self.add(quantity, at, quantile_estimate(values, p, level=self.level), *others)

    def exact(self, quantity: str, at: float | None, value: float, n: int, *others: Any) -> None:
        """Add a computed number that has no sampling error."""
        self.add(quantity, at, exact(value, n), *others)

    def share(self, quantity: str, at: float, hits: float, n: float, *others: Any) -> None:
        """Add the share of hits among n."""
        estimate = proportion_estimate(int(hits), int(n), level=self.level)
        self.add(quantity, at, estimate, *others)

    def exponent(
        self,
        quantity: str,
        draws: pd.DataFrame,
        column: str,
        *others: Any,
        low: int = 0,
        most_resamples: int | None = None,
    ) -> None:
        """Add the exponent of d that a column's means follow, from the dimension ``low`` on.

        Where that leaves fewer than two dimensions, all of them are fitted.
        """
        start = low if (draws["d"].drop_duplicates() >= low).sum() >= 2 else 0
        groups = {d: part[column].dropna().to_numpy() for d, part in parts(draws) if d >= start}
        resamples = min(self.resamples, most_resamples or self.resamples)
        estimate = power_law_slope(groups, resamples=resamples, level=self.level)
        self.add(quantity, None, estimate, *others)


def parts(draws: pd.DataFrame, column: str = "d") -> Iterator[tuple[float, pd.DataFrame]]:
    """Yield each value of a column, in order, with its rows.

    Examples
    --------
    >>> [value for value, _ in parts(pd.DataFrame({"d": [4, 2, 4]}))]
    [2.0, 4.0]
    """
    for value in np.unique(draws[column].to_numpy()):
        yield float(value), draws[draws[column] == value]


def pick(rows: pd.DataFrame, quantity: str, series: str | None = None) -> pd.DataFrame:
    """Return the rows of one quantity, and series, in the order of their dimension."""
    selected = rows[rows["quantity"] == quantity]
    if series is not None:
        selected = selected[selected["series"] == series]
    return selected.sort_values("at")


def total(rows: pd.DataFrame, quantity: str, series: str = "") -> pd.Series:
    """Return the one row of a quantity that is over all dimensions."""
    return pick(rows, quantity, series).iloc[0]


def pooled(rows: pd.DataFrame, quantity: str, level: float) -> Estimate:
    """Return a share over all dimensions and series, from the shares at each."""
    shares = pick(rows, quantity)
    hits = int((shares["estimate"] * shares["n"]).round().sum())
    return proportion_estimate(hits, int(shares["n"].sum()), level=level)


def by_dimension(rows: pd.DataFrame, counted: str) -> pd.DataFrame:
    """Return the estimates with a row for each dimension and a column for each quantity.

    Intervals stand beside them, as layouts look for them. The column ``draws`` is the number of
    observations behind the quantity ``counted``.
    """
    table = wide(rows.dropna(subset=["at"]), ["at"])
    return table.assign(draws=pick(rows, counted)["n"].to_numpy())
