"""Tables as files: HTML for the report, LaTeX for a paper, CSV for a spreadsheet."""

import csv
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import great_tables as gt
import pandas as pd

from fcflow.artifacts.files import replacing


@dataclass(frozen=True)
class Layout:
    """How a table is shown.

    Attributes
    ----------
    title : str
        One line above the table.
    labels : mapping
        Columns to their headings, in the order in which columns are shown. Headings are plain text;
        for LaTeX, their Greek letters and symbols are translated.
    spanners : mapping
        Headings over several columns, to these columns.
    notes : sequence of str
        Lines below the table, for example what was counted and how it differs from the papers.
    integers : sequence of str
        Columns that are shown without decimals.
    decimals : int
        The number of decimals of all other columns.
    """

    title: str
    labels: Mapping[str, str]
    spanners: Mapping[str, Sequence[str]] = field(default_factory=dict)
    notes: Sequence[str] = ()
    integers: Sequence[str] = ()
    decimals: int = 4


_MISSING = "–"
_LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "φ": r"$\varphi$", "θ1": r"$\theta_1$", "θ2": r"$\theta_2$", "θ": r"$\theta$", "π": r"$\pi$",
    "γ": r"$\gamma$", "‖": r"$\|$", "|": r"$|$", "√": r"$\surd$", "∇": r"$\nabla$",
    "≥": r"$\ge$", "≤": r"$\le$", "<": r"$<$", ">": r"$>$", "∝": r"$\propto$", "±": r"$\pm$",
    "−": r"$-$", "·": r"$\cdot$", "×": r"$\times$", "→": r"$\to$", "–": "--",
    "D̃": r"$\tilde{D}$", "∂": r"$\partial$", "∞": r"$\infty$", "ℓ": r"$\ell$",
    "ε": r"$\varepsilon$", "₁": r"$_1$", "₂": r"$_2$", "²": r"$^2$",
}  # fmt: skip


def write_csv(rows: pd.DataFrame, path: str | Path) -> None:
    """Write all columns in full precision, text in quotes, marked as UTF-8 for spreadsheets."""
    with replacing(path) as part:
        rows.to_csv(part, index=False, quoting=csv.QUOTE_NONNUMERIC, encoding="utf-8-sig")


def write_html(rows: pd.DataFrame, layout: Layout, path: str | Path) -> None:
    """Write the table as one self-contained HTML page; all text is escaped."""
    columns = list(layout.labels)
    # Cells are escaped by great_tables; headings and notes are not.
    table = gt.GT(_shown(rows, layout), id="fcflow").tab_header(title=gt.html(escape(layout.title)))
    table = table.cols_label({column: gt.html(escape(layout.labels[column])) for column in columns})
    for heading, members in layout.spanners.items():
        table = table.tab_spanner(label=gt.html(escape(heading)), columns=list(members))
    table = table.cols_align(align="right", columns=_numeric(rows, layout))
    for note in layout.notes:
        table = table.tab_source_note(source_note=gt.html(escape(note)))
    page = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>'
        f"{escape(layout.title)}</title></head><body>\n{table.as_raw_html()}\n</body></html>\n"
    )
    with replacing(path) as part:
        part.write_text(page, encoding="utf-8")


def write_tex(rows: pd.DataFrame, layout: Layout, path: str | Path) -> None:
    """Write the table as a LaTeX ``table`` environment, which needs only ``booktabs``."""
    columns = list(layout.labels)
    numeric = set(_numeric(rows, layout))
    lines = [
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{latex(layout.title)}}}",
        rf"\begin{{tabular}}{{{''.join('r' if column in numeric else 'l' for column in columns)}}}",
        r"\toprule",
    ]
    if layout.spanners:
        lines.append(_latex_spanners(columns, layout.spanners))
    lines.append(" & ".join(latex(layout.labels[column]) for column in columns) + r" \\")
    lines.append(r"\midrule")
    shown = _shown(rows, layout)
    lines += [
        " & ".join(latex(cell) for cell in row) + r" \\"
        for row in shown.itertuples(index=False, name=None)
    ]
    lines += [r"\bottomrule", r"\end{tabular}"]
    lines += [rf"\par\smallskip{{\footnotesize {latex(note)}}}" for note in layout.notes]
    lines.append(r"\end{table}")
    with replacing(path) as part:
        part.write_text("\n".join(lines) + "\n", encoding="utf-8")


def latex(text: str) -> str:
    r"""Return text for LaTeX: special characters escaped, Greek letters and symbols as mathematics.

    Examples
    --------
    >>> latex("50 % of φ")
    '50 \\% of $\\varphi$'
    """
    result, i = [], 0
    while i < len(text):
        width = 2 if text[i : i + 2] in _LATEX else 1
        result.append(_LATEX.get(text[i : i + width], text[i : i + width]))
        i += width
    return "".join(result)


def number(value: float | None, *, integer: bool = False, decimals: int = 4) -> str:
    """Return a number as the tables show it.

    Examples
    --------
    >>> number(-0.25), number(float("nan")), number(12.0, integer=True)
    ('−0.2500', '–', '12')
    """
    if value is None or pd.isna(value):
        return _MISSING
    return (f"{value:.0f}" if integer else f"{value:.{decimals}f}").replace("-", "−")


def interval(row: Mapping[Hashable, Any] | pd.Series) -> str:
    """Return an interval from a row's ``low`` and ``high``."""
    return _MISSING if pd.isna(row["low"]) else f"{number(row['low'])} to {number(row['high'])}"


def intervals(rows: pd.DataFrame) -> list[str]:
    """Return the interval of each row."""
    return [interval(row) for _, row in rows.iterrows()]


def share(rate: Mapping[Hashable, Any] | pd.Series) -> str:
    """Return a rate as counts, from a row's ``estimate`` and ``n``.

    Examples
    --------
    >>> share({"estimate": 0.4, "n": 50}), share({"estimate": float("nan"), "n": 0})
    ('20 of 50', '0 of 0')
    """
    return f"{round(rate['estimate'] * rate['n']) if rate['n'] else 0} of {rate['n']}"


def shortfall(found: int, wanted: int | None) -> str:
    """Return a warning for a note if there are fewer valid runs than wanted, else an empty text.

    Examples
    --------
    >>> shortfall(7, 10)
    ', 3 SHORT of the 10 asked for: max_runs was reached'
    """
    if wanted is None or found >= wanted:
        return ""
    return f", {wanted - found} SHORT of the {wanted} asked for: max_runs was reached"


def sizes(runs: pd.DataFrame, **names: str) -> str:
    """Return the sizes of a table's runs for its title, in which columns have these ``names``.

    Examples
    --------
    >>> sizes(pd.DataFrame({"d": [12, 12], "hidden": [8, 16]}), d="d", hidden="hidden width")
    'd 12, hidden width 8/16'
    """
    return ", ".join(
        f"{name} {'/'.join(f'{v:g}' for v in runs[column].unique())}"
        for column, name in names.items()
    )


def _numeric(rows: pd.DataFrame, layout: Layout) -> list[str]:
    return [column for column in layout.labels if pd.api.types.is_numeric_dtype(rows[column])]


def _shown(rows: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    shown = {}
    for column in layout.labels:
        if column in _numeric(rows, layout):
            integer = column in layout.integers
            shown[column] = [
                number(value, integer=integer, decimals=layout.decimals) for value in rows[column]
            ]
        else:
            shown[column] = [str(value) for value in rows[column]]
    return pd.DataFrame(shown, dtype=object)


def _latex_spanners(columns: list[str], spanners: Mapping[str, Sequence[str]]) -> str:
    over = {member: heading for heading, members in spanners.items() for member in members}
    cells: list[tuple[str, int]] = []
    for column in columns:
        heading = over.get(column, "")
        if cells and heading and cells[-1][0] == heading:
            cells[-1] = (heading, cells[-1][1] + 1)
        else:
            cells.append((heading, 1))
    return (
        " & ".join(rf"\multicolumn{{{width}}}{{c}}{{{latex(heading)}}}" for heading, width in cells)
        + r" \\"
    )
