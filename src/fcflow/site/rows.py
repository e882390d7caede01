"""The rows behind a number, as cells of a page: those that a claim read, and their seeds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

MOST_ROWS = 50
MOST_COLUMNS = 12
# Which run it is comes first, what was measured follows.
_FIRST = ("study", "d", "run", "draw", "network", "pair", "seed")


@dataclass(frozen=True)
class ShownRows:
    """Some rows of a file.

    Attributes
    ----------
    file : str
        Below ``results/``.
    columns : list of str
    cells : list of list of str
    total : int
        How many rows there are.
    only : str
        What the rows are restricted to, in words; empty if to nothing.
    seeded : bool
        Whether each row has its seed.
    """

    file: str
    columns: list[str]
    cells: list[list[str]]
    total: int
    only: str
    seeded: bool

    @property
    def csv(self) -> str:
        """The same file for spreadsheets."""
        return f"{self.file.removesuffix('.parquet')}.csv"

    @property
    def summary(self) -> str:
        """How many rows are shown, of how many."""
        only = f" with {self.only}" if self.only else ""
        if len(self.cells) == self.total:
            return f"all {self.total} rows{only}"
        return f"{len(self.cells)} of {self.total} rows{only}, evenly spaced"


def shown_rows(root: Path, file: str, studies: frozenset[str] = frozenset()) -> ShownRows:
    """Return at most fifty rows of a Parquet file.

    Parameters
    ----------
    root : Path
        The folder of results.
    file : str
        Below it.
    studies : set of str
        The rows' ``study``, where the file has one of these.
    """
    rows = pq.read_table(root / file).to_pandas()
    only = ""
    if "study" in rows and (own := studies & set(rows["study"])):
        rows = rows[rows["study"].isin(own)]
        only = f"study {' or '.join(sorted(own))}"
    total = len(rows)
    if total > MOST_ROWS:
        rows = rows.iloc[np.linspace(0, total - 1, MOST_ROWS).astype(int)]
    columns = _columns(rows)
    cells = [[cell_text(value) for value in row] for row in rows[columns].itertuples(index=False)]
    return ShownRows(file, columns, cells, total, only, "seed" in columns)


def studies_of(root: Path, file: str, name: str) -> frozenset[str]:
    """Return the studies that a table is about: those in its rows, else the one of its name."""
    if "study" not in pq.read_schema(root / file).names:
        return frozenset({name})
    return frozenset(pq.read_table(root / file, columns=["study"]).to_pandas()["study"])


def cell_text(value: Any) -> str:
    """Return a value as a cell shows it: whole numbers whole, others with four digits.

    Examples
    --------
    >>> [cell_text(value) for value in (2**60, -0.123456, True, float("nan"), "a<b")]
    ['1152921504606846976', '−0.1235', 'yes', '–', 'a<b']
    """
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return "–"
    if isinstance(value, float):
        return f"{value:.4g}".replace("-", "−")
    return str(value)


def _columns(rows: pd.DataFrame) -> list[str]:
    """Return the columns that are shown: what tells rows apart before what was measured."""
    first = [name for name in _FIRST if name in rows]
    others = [name for name in rows.columns if name not in first]
    # What is the same in every row says nothing here; the file has it.
    varying = [name for name in others if len(rows) < 2 or len(rows[name].unique()) > 1]
    return [*first, *varying][:MOST_COLUMNS]
