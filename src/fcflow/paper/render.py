"""Tables as files: HTML to read, LaTeX for a paper, CSV for a spreadsheet."""

import csv
from pathlib import Path

import pandas as pd

from fcflow.artifacts.files import replacing
from fcflow.paper.html_table import write_html
from fcflow.paper.latex_table import write_tex
from fcflow.paper.latex_text import latex
from fcflow.paper.layout import Layout, Panel
from fcflow.paper.numbers import interval, number

__all__ = ["Layout", "Panel", "interval", "latex", "number", "write_csv", "write_html", "write_tex"]


def write_csv(rows: pd.DataFrame, path: str | Path) -> None:
    """Write all columns in full precision, text in quotes, marked as UTF-8 for spreadsheets."""
    with replacing(path) as part:
        rows.to_csv(part, index=False, quoting=csv.QUOTE_NONNUMERIC, encoding="utf-8-sig")
