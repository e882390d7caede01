"""A table as it is shown: title, headings, rows and notes, read from its HTML page.

The page of a table is made for Snakemake's report and brings its own style. The site shows the same
cells in its own.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path


@dataclass(frozen=True)
class Cell:
    """A cell's text, over how many columns and rows it reaches, and whether it is a number."""

    text: str
    span: int = 1
    depth: int = 1
    numeric: bool = False


@dataclass
class ShownCells:
    """The cells of a table.

    Attributes
    ----------
    title : str
    headings : list of list of Cell
        Rows of headings, the columns' own last.
    rows : list of list of Cell
    notes : list of str
    """

    title: str = ""
    headings: list[list[Cell]] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_shown_table(path: Path) -> ShownCells:
    """Return the first table of an HTML page."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return reader.shown


class _Reader(HTMLParser):
    """Collects the cells of the first table, whatever its style."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = ShownCells()
        self._part = ""  # title, thead, tbody or tfoot
        self._row: list[Cell] = []
        self._cell: tuple[str, int, int, bool] | None = None  # tag, span, depth, numeric
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("title", "thead", "tbody", "tfoot"):
            self._part, self._text = tag, ""
        elif tag == "tr":
            self._row = []
        elif tag in ("td", "th"):
            right = "right" in given.get("class", "") or "right" in given.get("style", "")
            span, depth = (int(given.get(name) or 1) for name in ("colspan", "rowspan"))
            self._cell = tag, span, depth, right
            self._text = ""
        elif tag == "br":
            self._text += " "

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self._part == "title":
            self.shown.title = " ".join(self._text.split())
        elif tag in ("td", "th") and self._cell:
            kind, span, depth, numeric = self._cell
            text = " ".join(self._text.split())
            # The table's heading is a cell among its column headings; the page's title says it.
            if not (self._part == "thead" and kind == "td"):
                self._row.append(Cell(text, span, depth, numeric))
            self._cell = None
        elif tag == "tr" and self._row:
            if self._part == "tfoot":
                self.shown.notes += [cell.text for cell in self._row if cell.text]
            else:
                rows = self.shown.headings if self._part == "thead" else self.shown.rows
                rows.append(self._row)
            self._row = []
