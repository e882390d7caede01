"""A table as LaTeX that fits a page, for every engine."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from fcflow.artifacts.files import replacing
from fcflow.paper.latex_fit import (
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    Column,
    Fit,
    breakable_parts,
    fit,
    heading_lines,
    width,
)
from fcflow.paper.latex_text import latex
from fcflow.paper.layout import Layout, Panel, cells, groups, notes_of, panels, right_aligned
from fcflow.paper.numbers import Cell

_LINE = 1.2  # of a font's points from one line to the next


def write_tex(rows: pd.DataFrame, layout: Layout, path: str | Path) -> None:
    """Write a table, and those that stand below it, as LaTeX.

    It is a ``table``, or pages of ``longtable`` if it is higher than a page, turned if it is wider;
    the first lines of the file say which packages it needs.
    """
    parts = panels(rows, layout)
    label = Path(path).stem
    body = "\n".join(_document(parts, layout, label))
    needs = [
        package
        for package, command in (
            ("booktabs", r"\toprule"),
            ("array", r"\arraybackslash"),
            ("longtable", r"\begin{longtable}"),
            ("pdflscape", r"\begin{landscape}"),
        )
        if command in body
    ]
    preamble = " ".join(rf"\usepackage{{{package}}}" for package in needs)
    head = [
        rf"% {latex(layout.title)}",
        f"% In the preamble: {preamble}",
        "% Made for pages of article's width at 10 pt; pdfLaTeX, XeLaTeX and LuaLaTeX.",
    ]
    with replacing(path) as part:
        part.write_text("\n".join(head) + "\n" + body + "\n", encoding="ascii")


def _document(parts: Sequence[Panel], layout: Layout, label: str) -> list[str]:
    fits = [_fit(*part) for part in parts]
    notes = notes_of(layout)
    turned = any(one.landscape for one in fits)
    height = sum(_height(*part, one) for part, one in zip(parts, fits, strict=True))
    height += sum(12.0 * (1 + width(note) * 8.0 / PAGE_WIDTH) for note in notes)
    long = turned or height > PAGE_HEIGHT
    caption = rf"\caption{{{latex(layout.title)}}}\label{{tab:{label}}}"
    lines = [r"\begin{landscape}"] if turned else []
    lines += [] if long else [r"\begin{table}[htbp]", r"\centering", caption]
    for number, (part, one) in enumerate(zip(parts, fits, strict=True)):
        if number and part.layout.title:
            lines.append(
                rf"\par\medskip\noindent\parbox{{\linewidth}}{{\centering\small\itshape"
                rf" {latex(part.layout.title)}}}\par\smallskip"
            )
        lines += _tabular(*part, one, long, caption if number == 0 else "")
    lines += _notes(notes)
    lines += [] if long else [r"\end{table}"]
    return lines + ([r"\end{landscape}"] if turned else [])


def _notes(notes: Sequence[str]) -> list[str]:
    if not notes:
        return []
    paragraphs = [rf"{latex(note)}\par" for note in notes]
    opening = r"\par\smallskip\noindent\parbox{\linewidth}{\footnotesize\raggedright"
    return [opening, *paragraphs, "}"]


def _columns(rows: pd.DataFrame, layout: Layout) -> list[Column]:
    table = cells(rows, layout)
    columns = []
    for place, name in enumerate(layout.columns):
        own = [row[place] for row in table]
        columns.append(Column(layout.labels[name], own, not right_aligned(own)))
    return columns


def _fit(rows: pd.DataFrame, layout: Layout) -> Fit:
    places = {name: i for i, name in enumerate(layout.columns)}
    spanned = [
        (heading, [places[name] for name in names]) for heading, names in layout.spanners.items()
    ]
    return fit(_columns(rows, layout), spanned)


def _height(rows: pd.DataFrame, layout: Layout, one: Fit) -> float:
    lines = 4.0 + 2.0 * len(layout.spanners)
    for row in cells(rows, layout):
        heights = [1.0]
        for cell, wide, wrapped in zip(row, one.widths, one.wrapped, strict=True):
            if wrapped:
                heights.append(1 + width(str(cell)) * one.font.points // max(wide, 1.0))
            elif one.below and cell.beside:
                heights.append(2.0)
        lines += max(heights)
    return (lines + 2 * len(groups(rows, layout))) * one.font.points * _LINE


def _tabular(rows: pd.DataFrame, layout: Layout, one: Fit, long: bool, caption: str) -> list[str]:
    columns = _columns(rows, layout)
    kinds = "".join(
        rf">{{\raggedright\arraybackslash\hspace{{0pt}}}}p{{{wide:.1f}pt}}"
        if wrapped
        else ("l" if column.text else "r")
        for column, wide, wrapped in zip(columns, one.widths, one.wrapped, strict=True)
    )
    head = [r"\toprule", *_headings(layout, columns, one), r"\midrule"]
    body = _rows(rows, layout, columns, one)
    opening = rf"{{{one.font.command}\setlength{{\tabcolsep}}{{{one.font.apart:g}pt}}"
    if not long:
        inner = [rf"\begin{{tabular}}{{@{{}}{kinds}@{{}}}}", *head, *body, r"\bottomrule"]
        return [opening, *inner, r"\end{tabular}\par}"]
    first = [rf"{caption}\\"] if caption else []
    return [
        opening,
        rf"\begin{{longtable}}{{@{{}}{kinds}@{{}}}}",
        *first,
        *head,
        r"\endfirsthead",
        *head,
        r"\endhead",
        r"\bottomrule",
        r"\endfoot",
        *body,
        r"\end{longtable}}",
    ]


def _headings(layout: Layout, columns: Sequence[Column], one: Fit) -> list[str]:
    lines = _spanners(layout, one)
    stacked = [
        heading_lines(column.heading, wide / one.font.points / MARGIN)
        for column, wide in zip(columns, one.widths, strict=True)
    ]
    depth = max((len(each) for each in stacked), default=1)
    padded = [[""] * (depth - len(each)) + each for each in stacked]
    for level in range(depth):
        lines.append(" & ".join(latex(each[level]) for each in padded) + r" \\")
    return lines


def _spanners(layout: Layout, one: Fit) -> list[str]:
    """Return the headings over several columns, in as many lines as they need, and their rules."""
    if not layout.spanners:
        return []
    over = {name: heading for heading, names in layout.spanners.items() for name in names}
    spans: list[tuple[str, int, int]] = []
    for place, name in enumerate(layout.columns):
        heading = over.get(name, "")
        if spans and heading and spans[-1][0] == heading:
            spans[-1] = (heading, spans[-1][1], place)
        else:
            spans.append((heading, place, place))
    stacked = []
    for heading, first, last in spans:
        room = sum(one.widths[first : last + 1]) + 2 * one.font.apart * (last - first)
        stacked.append(heading_lines(heading, room / one.font.points / MARGIN))
    depth = max(len(each) for each in stacked)
    lines = []
    for level in range(depth):
        row = []
        for (_, first, last), each in zip(spans, stacked, strict=True):
            text = ([""] * (depth - len(each)) + each)[level]
            row.append(rf"\multicolumn{{{last - first + 1}}}{{c}}{{{latex(text)}}}")
        lines.append(" & ".join(row) + r" \\")
    rules = [
        rf"\cmidrule(lr){{{first + 1}-{last + 1}}}" for heading, first, last in spans if heading
    ]
    return [*lines, " ".join(rules)]


def _rows(rows: pd.DataFrame, layout: Layout, columns: Sequence[Column], one: Fit) -> list[str]:
    lines: list[str] = []
    count = len(rows)
    for number, (heading, places) in enumerate(groups(rows, layout)):
        if heading:
            lines += [r"\addlinespace"] if number else []
            title = rf"\multicolumn{{{len(columns)}}}{{@{{}}l}}{{\itshape {latex(heading)}}}"
            lines.append(rf"{title} \\*")
        for place in places:
            if layout.totals and place == count - layout.totals:
                lines.append(r"\midrule")
            row = [
                _cell(column.cells[place], wrapped, one)
                for column, wrapped in zip(columns, one.wrapped, strict=True)
            ]
            lines.append(" & ".join(row) + r" \\")
    return lines


def _cell(cell: Cell, wrapped: bool, one: Fit) -> str:
    if wrapped:
        words = (breakable_parts(word) for word in str(cell).split())
        return " ".join(r"\allowbreak{}".join(map(latex, parts)) for parts in words)
    if one.below and cell.beside:
        return (
            rf"\begin{{tabular}}[t]{{@{{}}r@{{}}}}{latex(cell.value)}\\"
            rf"{one.font.smaller} {latex(cell.beside)}\end{{tabular}}"
        )
    return latex(str(cell))
