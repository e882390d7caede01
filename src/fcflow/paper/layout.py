"""How a table is shown, whatever the format: its columns, their headings and their digits."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from fcflow.paper.numbers import Cell, number, plain, whole, with_interval

_NUMBER = re.compile(r"–|−?(\d[\d.]*( × )?)?(10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|−?∞|\d+ of \d+")


@dataclass(frozen=True)
class Layout:
    """How a table is shown.

    A column of numbers ``x`` that stands beside ``x_low`` and ``x_high`` is shown with that
    interval, in as many digits as the interval's width allows.

    Attributes
    ----------
    title : str
        One line above the table.
    labels : mapping
        Columns to their headings, in the order in which columns are shown. Headings are plain text
        with indices as :mod:`fcflow.paper.notation` reads them.
    spanners : mapping
        Headings over several columns, to these columns.
    notes : sequence of str
        Lines below the table: what was counted, and how it differs from the papers.
    integers : sequence of str
        Columns of counts.
    plain : sequence of str
        Columns of numbers that were set and not measured, such as α or what theory says.
    decimals : mapping
        Columns of numbers with a fixed number of decimals: those that a paper printed.
    groups : str
        A column whose values head the rows that share them.
    totals : int
        So many rows at the end are set apart, such as averages over the others.
    below : sequence of Panel
        Further tables under this one, with titles of their own.
    """

    title: str
    labels: Mapping[str, str]
    spanners: Mapping[str, Sequence[str]] = field(default_factory=dict)
    notes: Sequence[str] = ()
    integers: Sequence[str] = ()
    plain: Sequence[str] = ()
    decimals: Mapping[str, int] = field(default_factory=dict)
    groups: str = ""
    totals: int = 0
    below: Sequence["Panel"] = ()

    @property
    def columns(self) -> list[str]:
        """The columns that are shown as such."""
        return [column for column in self.labels if column != self.groups]


class Panel(NamedTuple):
    """Rows and how they are shown, under another table.

    Attributes
    ----------
    shown : DataFrame
    layout : Layout
    """

    shown: pd.DataFrame
    layout: Layout


def panels(shown: pd.DataFrame, layout: Layout) -> list[Panel]:
    """Return a table and all that stand below it."""
    return [Panel(shown, layout), *(one for part in layout.below for one in panels(*part))]


def notes_of(layout: Layout) -> list[str]:
    """Return the notes of a table and of all that stand below it, each once."""
    below = [note for panel in layout.below for note in notes_of(panel.layout)]
    return list(dict.fromkeys([*filter(None, layout.notes), *below]))


def cells(rows: pd.DataFrame, layout: Layout) -> list[list[Cell]]:
    """Return the table's cells as text, row by row.

    Examples
    --------
    >>> rows = pd.DataFrame({"d": [4], "norm": [1.0], "norm_low": [0.9], "norm_high": [1.1]})
    >>> layout = Layout("Norms", {"d": "d", "norm": "mean ‖e‖"}, integers=["d"])
    >>> [str(cell) for cell in cells(rows, layout)[0]]
    ['4', '1.00 [0.90, 1.10]']
    """
    columns = [
        _numbers(rows, column, layout)
        if pd.api.types.is_numeric_dtype(rows[column])
        else [value if isinstance(value, Cell) else Cell(str(value)) for value in rows[column]]
        for column in layout.columns
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def right_aligned(column: Sequence[Cell]) -> bool:
    """Return whether a column's cells are numbers, or counts of so many, and end at the right.

    Examples
    --------
    >>> right_aligned([Cell("0.5"), Cell("–")]), right_aligned([Cell("3 of 4")])
    (True, True)
    >>> right_aligned([Cell("0.5"), Cell("average")])
    False
    """
    return bool(column) and all(cell.beside or _NUMBER.fullmatch(cell.value) for cell in column)


def groups(rows: pd.DataFrame, layout: Layout) -> list[tuple[str, list[int]]]:
    """Return what heads the rows, and the places of the rows under it; nothing if nothing does."""
    if not layout.groups:
        return [("", list(range(len(rows))))]
    parts: list[tuple[str, list[int]]] = []
    for place, heading in enumerate(map(str, rows[layout.groups])):
        if not parts or parts[-1][0] != heading:
            parts.append((heading, []))
        parts[-1][1].append(place)
    return parts


def _numbers(rows: pd.DataFrame, column: str, layout: Layout) -> list[Cell]:
    values = rows[column]
    if column in layout.integers:
        return [Cell(whole(value)) for value in values]
    if column in layout.plain:
        return [Cell(plain(value)) for value in values]
    if column in layout.decimals:
        return [Cell(number(value, decimals=layout.decimals[column])) for value in values]
    low, high = f"{column}_low", f"{column}_high"
    if low in rows and high in rows:
        ends = zip(values, rows[low], rows[high], strict=True)
        return [with_interval(value, least, greatest) for value, least, greatest in ends]
    return [Cell(number(value)) for value in values]
