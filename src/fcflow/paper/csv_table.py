"""Tables for a spreadsheet."""

import csv
from pathlib import Path

import pandas as pd

from fcflow.artifacts.files import replacing


def write_csv(rows: pd.DataFrame, path: str | Path) -> None:
    """Write all columns in full precision, text in quotes, marked as UTF-8 for spreadsheets."""
    with replacing(path) as part:
        rows.to_csv(part, index=False, quoting=csv.QUOTE_NONNUMERIC, encoding="utf-8-sig")
