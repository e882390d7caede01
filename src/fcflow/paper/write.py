"""One table in all its formats."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from fcflow.artifacts.schema import TableSchema
from fcflow.artifacts.tables import write_table
from fcflow.paper.render import Layout, write_csv, write_html, write_tex


def write_formats(
    rows: pd.DataFrame,
    shown: pd.DataFrame,
    layout: Layout,
    paths: Any,
    schema: TableSchema,
    config: Mapping[str, Any],
) -> None:
    """Write a table's rows as Parquet and CSV in full, and as shown in HTML and LaTeX.

    ``paths`` has the attributes ``parquet``, ``csv``, ``html`` and ``tex``, as a rule's output has.
    """
    write_csv(rows, paths.csv)
    write_html(shown, layout, paths.html)
    write_tex(shown, layout, paths.tex)
    write_table(rows, paths.parquet, schema, config=config)
