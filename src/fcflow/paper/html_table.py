"""A table as one HTML page: for a phone and a large screen, light and dark, and for print.

Nothing is loaded from elsewhere. A table that is wider than the screen scrolls in a box of its own.
"""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import pandas as pd

from fcflow.artifacts.files import replacing
from fcflow.paper.glossary import terms_in
from fcflow.paper.layout import Layout, Panel, cells, groups, notes_of, panels, right_aligned
from fcflow.paper.notation import runs
from fcflow.paper.numbers import Cell
from fcflow.paper.words.term import Term

_STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --soft: #555; --rule: #bbb; --paper: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --soft: #b0b0b0; --rule: #666; --paper: #16181c; }
}
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.45 system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 1rem; box-sizing: border-box; }
h1 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 .5rem; }
h2 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
.box { overflow-x: auto; }
.box:focus-visible { outline: 2px solid currentColor; }
table { border-collapse: collapse; width: 100%; font-size: .875rem;
  font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .5rem; text-align: left; vertical-align: top; font-weight: normal; }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
thead th { vertical-align: bottom; color: var(--soft); }
thead tr:last-child th, thead .over { border-bottom: 1px solid var(--rule); }
thead .over { text-align: center; }
thead tr:first-child > * { border-top: 2px solid var(--ink); }
tbody:last-child tr:last-child > * { border-bottom: 2px solid var(--ink); }
tbody .group { font-weight: 600; padding-top: .75rem; }
.totals > * { border-top: 1px solid var(--rule); }
.number { text-align: right; }
td.number { white-space: nowrap; }
tbody th:first-child:not(.number) { min-width: 6rem; }
.beside { color: var(--soft); }
.stacked .beside { display: block; font-size: .8em; }
sub, sup { line-height: 0; font-size: .75em; }
.notes { margin: .75rem 0 0; padding: 0; list-style: none; font-size: .875rem;
  color: var(--soft); }
.notes li { margin: .25rem 0; }
.words { margin-top: 1rem; font-size: .875rem; }
.words dt { font-weight: 600; margin-top: .4rem; }
.words dd { margin: 0 0 0 1rem; color: var(--soft); }
@media print { .words[open] > summary { display: none; } body { font-size: 10pt; } }
""".strip()
_MANY_INTERVALS = 3  # columns with intervals, from which on these stand below their numbers


def write_html(rows: pd.DataFrame, layout: Layout, path: str | Path, *, caption: str = "") -> None:
    """Write a table, and those that stand below it, as one self-contained page.

    All text is escaped. Words that the glossary explains are explained at the end of the page.
    """
    page = "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(layout.title)}</title>",
            f"<style>\n{_STYLE}\n</style></head><body>",
            main_element(rows, layout, caption=caption),
            "</body></html>\n",
        ]
    )
    with replacing(path) as part:
        part.write_text(page, encoding="utf-8")


def main_element(rows: pd.DataFrame, layout: Layout, *, caption: str = "") -> str:
    """Return the page's ``main`` element: title, caption, tables, notes, and the words in them."""
    parts = panels(rows, layout)
    notes = notes_of(layout)
    lines = ["<main>", f"<h1>{html(layout.title)}</h1>"]
    lines += [f'<p class="caption">{html(caption)}</p>'] if caption else []
    for number, part in enumerate(parts):
        if number and part.layout.title:
            lines.append(f"<h2>{html(part.layout.title)}</h2>")
        lines += _table(*part)
    if notes:
        lines.append('<ul class="notes">')
        lines += [f"<li>{html(note)}</li>" for note in notes]
        lines.append("</ul>")
    lines += _words(terms_in(caption, *notes, *_headings(parts)))
    return "\n".join([*lines, "</main>"])


def html(text: str) -> str:
    """Return text as HTML, escaped, with indices and powers as such.

    Examples
    --------
    >>> html("|cos θ1| < 2^d")
    '|cos θ<sub>1</sub>| &lt; 2<sup>d</sup>'
    """
    return "".join(
        f"<{place}>{escape(piece)}</{place}>" if place else escape(piece)
        for place, piece in runs(text)
    )


def _headings(parts: Sequence[Panel]) -> list[str]:
    """Return what else is read on the page: titles, headings, and text in cells."""
    texts: list[str] = []
    for shown, layout in parts:
        texts += [layout.title, *layout.labels.values(), *layout.spanners]
        for column in layout.labels:
            if not pd.api.types.is_numeric_dtype(shown[column]):
                texts += list(dict.fromkeys(map(str, shown[column])))
    return texts


def _table(rows: pd.DataFrame, layout: Layout) -> list[str]:
    table = cells(rows, layout)
    sides = [right_aligned(column) for column in zip(*table, strict=True)]
    sides = sides or [False] * len(layout.columns)
    intervals = sum(any(row[place].beside for row in table) for place in range(len(layout.columns)))
    kind = ' class="stacked"' if intervals >= _MANY_INTERVALS else ""
    name = escape(layout.title, quote=True)
    lines = [
        f'<div class="box" role="region" tabindex="0" aria-label="{name}"><table{kind}>',
        "<thead>",
        *_head(layout, sides),
        "</thead>",
    ]
    for heading, places in groups(rows, layout):
        lines.append("<tbody>")
        if heading:
            span = len(layout.columns)
            lines.append(
                f'<tr><th class="group" scope="rowgroup" colspan="{span}">{html(heading)}</th></tr>'
            )
        for place in places:
            apart = layout.totals and place == len(rows) - layout.totals
            opening = '<tr class="totals">' if apart else "<tr>"
            lines.append(f"{opening}{_row(table[place], sides)}</tr>")
        lines.append("</tbody>")
    return [*lines, "</table></div>"]


def _head(layout: Layout, sides: Sequence[bool]) -> list[str]:
    lines = []
    if layout.spanners:
        over = {name: heading for heading, names in layout.spanners.items() for name in names}
        spans: list[tuple[str, int]] = []
        for name in layout.columns:
            heading = over.get(name, "")
            if spans and heading and spans[-1][0] == heading:
                spans[-1] = (heading, spans[-1][1] + 1)
            else:
                spans.append((heading, 1))
        cells_over = (
            f'<th class="over" scope="colgroup" colspan="{count}">{html(heading)}</th>'
            if heading
            else f'<td colspan="{count}"></td>'
            for heading, count in spans
        )
        lines.append(f"<tr>{''.join(cells_over)}</tr>")
    names = (
        f'<th scope="col"{_side(side)}>{html(layout.labels[name])}</th>'
        for name, side in zip(layout.columns, sides, strict=True)
    )
    return [*lines, f"<tr>{''.join(names)}</tr>"]


def _row(row: Sequence[Cell], sides: Sequence[bool]) -> str:
    texts = []
    for place, (cell, side) in enumerate(zip(row, sides, strict=True)):
        tag = 'th scope="row"' if place == 0 else "td"
        beside = f' <span class="beside">{html(cell.beside)}</span>' if cell.beside else ""
        texts.append(f"<{tag}{_side(side)}>{html(cell.value)}{beside}</{tag.split()[0]}>")
    return "".join(texts)


def _side(right: bool) -> str:
    return ' class="number"' if right else ""


def _words(terms: Sequence[Term]) -> list[str]:
    if not terms:
        return []
    lines = ['<details class="words"><summary>Words and symbols</summary>', "<dl>"]
    for term in terms:
        where = f" ({term.where})" if term.where else ""
        lines.append(f'<dt id="{term.key}">{html(term.name)}</dt>')
        lines.append(f"<dd>{html(term.meaning)}{html(where)}</dd>")
    return [*lines, "</dl></details>"]
