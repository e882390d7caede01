"""How the columns of a table, and the arrays of a file, are declared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pandera.pandas as pa

from fcflow.errors import ArtifactError

REASON = "_reason"  # how columns of text end that say why a number is missing


@dataclass(frozen=True)
class TableSchema:
    """The declared columns of one kind of table.

    Attributes
    ----------
    name : str
        Recorded in the file. A file with another name recorded is refused.
    producer : str
        The rule that makes the table, named in the message when the file is damaged.
    frame : pandera.DataFrameSchema
        The columns, strict in names, order and dtypes.
    extensible : bool
        Whether further columns of finite numbers, or NaN, may follow those declared, and columns of
        text whose names end with ``_reason``: why a number is missing.
    """

    name: str
    producer: str
    frame: pa.DataFrameSchema
    extensible: bool = False

    def at(self, path: str) -> "Located":
        """Return the table of this kind at a path, for declarations of inputs."""
        return Located(self, path)

    def table(self, rows: Sequence[Mapping[str, Any]] | pd.DataFrame) -> pd.DataFrame:
        """Return rows as a table with the declared order and dtypes, also if there are none.

        Columns that are not declared are left out, or follow if the schema is extensible.

        Raises
        ------
        ArtifactError
            If there are rows, and they lack a column that must not be missing.

        Examples
        --------
        >>> declare("lengths", "measure_lengths", {"norm": real()}).table([]).dtypes["norm"]
        dtype('float64')
        """
        dtypes = {name: column.dtype.type for name, column in self.frame.columns.items()}
        frame = pd.DataFrame(rows)
        lacking = [
            name
            for name, column in self.frame.columns.items()
            if name not in frame and not column.nullable
        ]
        if len(frame) and lacking:
            raise ArtifactError(f"rows of {self.name!r} lack the column {lacking[0]!r}")
        if self.extensible:
            more = [str(name) for name in frame.columns if name not in dtypes]
            dtypes |= {name: "str" if name.endswith(REASON) else "float64" for name in more}
        return frame.reindex(columns=list(dtypes)).astype(dtypes)


@dataclass(frozen=True)
class ArraysSchema:
    """The declared arrays of one kind of safetensors file.

    Attributes
    ----------
    producer : str
        The rule that makes the file, named in the message when it is damaged.
    names : tuple of str
        The names of all its arrays; empty if they differ from file to file.
    """

    producer: str
    names: tuple[str, ...] = ()

    def at(self, path: str) -> "Located":
        """Return the arrays of this kind at a path, for declarations of inputs."""
        return Located(self, path)


@dataclass(frozen=True)
class Located:
    """A table or arrays, together with their file."""

    schema: TableSchema | ArraysSchema
    path: str


def declare(
    name: str, producer: str, columns: Mapping[str, pa.Column], *, extensible: bool = False
) -> TableSchema:
    """Declare a table.

    Examples
    --------
    >>> lengths = declare("lengths", "measure_lengths", {"d": integer(low=1), "norm": real(low=0)})
    >>> lengths.frame.columns["d"].nullable
    False
    """
    frame = pa.DataFrameSchema(dict(columns), strict=not extensible, ordered=True)
    return TableSchema(name, producer, frame, extensible)


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
    """Declare a float64 column of finite values, with NaN for missing ones if ``nullable``."""
    return pa.Column("float64", _bounds(low, high), nullable=nullable)


def flag() -> pa.Column:
    """Declare a column of truth values."""
    return pa.Column("bool")


def text() -> pa.Column:
    """Declare a column of text."""
    return pa.Column("str")
