"""How a table fits a page of LaTeX: its font, which text is wrapped, where intervals stand.

Widths are those of Computer Modern, estimated from the kinds of characters and rounded up; tests
compile tables and measure that nothing reaches beyond the page.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fcflow.paper.notation import runs
from fcflow.paper.numbers import Cell

# The text of LaTeX's article class at 10 pt, the narrowest of the usual pages, in points.
PAGE_WIDTH, PAGE_HEIGHT = 345.0, 500.0
LANDSCAPE_WIDTH = 540.0
MARGIN = 1.06  # widths are estimated, and must not be too small
_NARROW, _WIDE = set("iljt.,:;|!'()[]/ "), set("mwMW%—×→≈≤≥<>=−+±∞∝∂·")
_RAISED = 0.75  # indices are smaller
_LEAST_TEXT = 5.5  # em that a column of wrapped text has at the least, if its text is so long
_CLOSE = 0.05  # points that do not matter
_LONGEST_WORD = 6.0  # em; longer words may be hyphenated
_LONG_NAME = 10  # letters beyond which a name, such as a path, is broken after its punctuation


class Font(NamedTuple):
    """A size of LaTeX's.

    Attributes
    ----------
    command : str
    points : float
        Twice the width of its digits: smaller letters are wider for their size.
    smaller : str
        The size of an interval below its number, whose width is ``narrower`` times that here.
    narrower : float
    apart : float
        Half of how far columns stand apart.
    """

    command: str
    points: float
    smaller: str
    narrower: float
    apart: float


_FONTS = (
    Font(r"\normalsize", 10.0, r"\scriptsize", 0.8, 5.0),
    Font(r"\small", 9.3, r"\scriptsize", 0.86, 4.0),
    Font(r"\footnotesize", 8.5, r"\scriptsize", 0.94, 3.5),
    Font(r"\scriptsize", 8.0, r"\tiny", 0.85, 2.5),
    Font(r"\tiny", 6.8, r"\tiny", 1.0, 2.0),
)


@dataclass(frozen=True)
class Column:
    """A column's text: its heading, its cells, and whether it may be wrapped."""

    heading: str
    cells: Sequence[Cell]
    text: bool


@dataclass(frozen=True)
class Fit:
    """How a table is set.

    Attributes
    ----------
    font : Font
    below : bool
        Whether intervals stand below their numbers.
    widths : list of float
        Of each column, in points.
    wrapped : list of bool
        Whether the column's text is wrapped at its width.
    landscape : bool
    """

    font: Font
    below: bool
    widths: list[float]
    wrapped: list[bool]
    landscape: bool = False


def width(text: str) -> float:
    """Return a text's width on one line, in em.

    Examples
    --------
    >>> round(width("0.378"), 2)
    2.3
    """
    total = 0.0
    for place, piece in runs(text):
        scale = _RAISED if place else 1.0
        total += scale * sum(_letter(letter) for letter in piece)
    return total


def fit(columns: Sequence[Column], spanned: Sequence[tuple[str, Sequence[int]]]) -> Fit:
    """Return the largest font with which the columns fit, upright if they do.

    Parameters
    ----------
    columns : sequence of Column
    spanned : sequence of (heading, places)
        Headings over several columns.
    """
    upright = [(font, below) for font in _FONTS[:2] for below in (False, True)]
    smaller = [(font, below) for font in _FONTS[2:] for below in (False, True)]
    for page, landscape in ((PAGE_WIDTH, False), (LANDSCAPE_WIDTH, True)):
        for wrap in (False, True):
            # Rather wrapped than small, where text can be wrapped at all.
            for font, below in upright if not wrap else [*upright, *smaller]:
                fitted = _fitted(columns, spanned, font, below, wrap, page)
                if fitted is not None:
                    return Fit(font, below, *fitted, landscape)
    widths = [_natural(column, _FONTS[-1], True, wrap=True) for column in columns]
    return Fit(_FONTS[-1], True, widths, [column.text for column in columns], True)


def heading_lines(heading: str, room: float) -> list[str]:
    """Return a heading in lines that are no wider than ``room`` em, where its words allow.

    Examples
    --------
    >>> heading_lines("share of networks", 4.0)
    ['share of', 'networks']
    """
    lines: list[str] = []
    for word in heading.split():
        if lines and width(f"{lines[-1]} {word}") <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines or [""]


def breakable_parts(text: str) -> list[str]:
    """Return the parts of a text between which a line may end: words, and pieces of long names.

    Examples
    --------
    >>> breakable_parts("see results/table1.csv or docs")
    ['see', 'results/', 'table1.', 'csv', 'or', 'docs']
    """
    return [part for word in text.split() for part in _pieces(word)]


def _pieces(word: str) -> list[str]:
    places = r"(?<=[/_:])(?=\w)|(?<=\.)(?=[A-Za-z])"  # not within a number
    return re.split(places, word) if len(word) > _LONG_NAME else [word]


def _fitted(
    columns: Sequence[Column],
    spanned: Sequence[tuple[str, Sequence[int]]],
    font: Font,
    below: bool,
    wrap: bool,
    page: float,
) -> tuple[list[float], list[bool]] | None:
    """Return widths and which columns are wrapped, or nothing where the page is too narrow."""
    widths = [_natural(column, font, below, wrap=False) for column in columns]
    for heading, places in spanned:
        inner = sum(widths[i] for i in places) + 2 * font.apart * (len(places) - 1)
        longest = max(width(word) for word in heading.split()) * font.points * MARGIN
        if longest > inner:
            widths[places[-1]] += longest - inner
    room = page - 2 * font.apart * (len(columns) - 1)
    excess = sum(widths) - room
    if excess <= 0:
        return widths, [False] * len(columns)
    if not wrap:
        return None
    least = [_natural(column, font, below, wrap=True) for column in columns]
    give = [max(0.0, wide - narrow) for wide, narrow in zip(widths, least, strict=True)]
    if sum(give) < excess:
        return None
    mean = [
        sum(width(str(cell)) for cell in column.cells) / max(len(column.cells), 1)
        for column in columns
    ]
    shared = _shared(widths, least, mean, room)
    return shared, [new < old - _CLOSE for new, old in zip(shared, widths, strict=True)]


def _shared(widths: list[float], least: list[float], mean: list[float], room: float) -> list[float]:
    """Return widths that fill the room: columns with more text get more of it.

    Parameters
    ----------
    widths, least : list of float
        Of each column without wrapping, and the least that it can have.
    mean : list of float
        The average width of its cells on one line.
    room : float
        What all columns have together, at least the sum of ``least``.
    """
    shared = list(least)
    while True:
        rest = room - sum(shared)
        open_ones = [i for i, wide in enumerate(widths) if wide - shared[i] > _CLOSE]
        total = sum(mean[i] for i in open_ones)
        if rest <= _CLOSE or not open_ones or total == 0:
            return shared
        for i in open_ones:
            shared[i] = min(widths[i], shared[i] + rest * mean[i] / total)


def _natural(column: Column, font: Font, below: bool, *, wrap: bool) -> float:
    """Return a column's width in points, the least that it can have if its text is wrapped."""
    words = max((width(word) for word in column.heading.split()), default=0.0)
    body = max((_cell(cell, font, below) for cell in column.cells), default=0.0)
    if wrap and column.text:
        parts = (part for cell in column.cells for part in breakable_parts(str(cell)))
        body = min(body, max([_LEAST_TEXT, *map(_unbroken, parts)]))
    return max(words, body) * font.points * MARGIN


def _unbroken(part: str) -> float:
    """Return the room that a word needs: LaTeX can hyphenate words, but no formula or number."""
    wide = width(part)
    word = part.strip("()[].,;:“”").replace("-", "")
    return min(wide, _LONGEST_WORD) if word.isalpha() and word.isascii() else wide


def _cell(cell: Cell, font: Font, below: bool) -> float:
    if below and cell.beside:
        return max(width(cell.value), font.narrower * width(cell.beside))
    return width(str(cell))


def _letter(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if letter in _NARROW:
        return 0.3
    if letter in _WIDE:
        return 0.84
    if letter.isdigit():
        return 0.5
    if letter.isascii():
        return 0.76 if letter.isupper() else 0.5
    return 0.66
