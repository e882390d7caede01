"""How a table's columns are declared."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandera.pandas as pa


@dataclass(frozen=True)
class TableSchema:
    """The declared columns of one kind of table.

    Attributes
    ----------
    name : str
        Recorded in the file; a file of another name is refused.
    producer : str
        The rule that makes it, named when the file is damaged.
    frame : pandera.DataFrameSchema
        The columns, strict in names, order and dtypes.
    """

    name: str
    producer: str
    frame: pa.DataFrameSchema


def declare(name: str, producer: str, columns: Mapping[str, pa.Column]) -> TableSchema:
    """Declare a table.

    Examples
    --------
    >>> declare("lengths", "measure_lengths", {"d": integer(low=1), "norm": real(low=0)}).frame.columns["d"].nullable
    False
    """
    return TableSchema(name, producer, pa.DataFrameSchema(dict(columns), strict=True, ordered=True))


def _bounds(low: float | None, high: float | None) -> list[pa.Check]:
    checks = []
    if low is not None:
        checks.append(pa.Check.ge(low))
    if high is not None:
        checks.append(pa.Check.le(high))
    return checks


def integer(low: int | None = None, high: int | None = None) -> pa.Column:
    """Declare an int64 column."""
    return pa.Column("int64", _bounds(low, high))


def real(
    low: float | None = None, high: float | None = None, *, nullable: bool = False
) -> pa.Column:
    """Declare a float64 column: finite, and NaN (missing) only where ``nullable``."""
    return pa.Column("float64", _bounds(low, high), nullable=nullable)


def flag() -> pa.Column:
    """Declare a column of truth values."""
    return pa.Column("bool")


def text() -> pa.Column:
    """Declare a column of text."""
    return pa.Column("str")
