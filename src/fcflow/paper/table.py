"""How a table is declared, and written in every format.

A table is declared where it is computed::

    @table(
        "table2",
        schema=TABLE2,
        reads={"experiments": EXPERIMENTS.at("results/linear/experiments.parquet")},
        label="Table 2",
        shows="averages over 50 runs",
        caption="Averages over runs, beside the published ones.",
    )
    def table2(experiments, *, resamples, level) -> ShownTable: ...

That is all it takes: the workflow finds it, makes ``results/tables/table2.*`` of it, and shows it
in the report. Every argument but ``schema`` has to be literal, because the workflow reads them
without importing the module (:mod:`fcflow.sources`).
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

import pandas as pd

from fcflow.artifacts.schema import TableSchema
from fcflow.artifacts.tables import write_table
from fcflow.paper.csv_table import write_csv
from fcflow.paper.html_table import write_html
from fcflow.paper.latex_table import write_tex
from fcflow.paper.layout import Layout
from fcflow.steps import Reads, Step, declared


class ShownTable(NamedTuple):
    """A table's rows, and how they are shown.

    Attributes
    ----------
    rows : DataFrame
        In full, as the table's schema declares.
    shown : DataFrame
        The columns that the layout names, with intervals beside the numbers that have one.
    layout : Layout
    """

    rows: pd.DataFrame
    shown: pd.DataFrame
    layout: Layout


Table = TypeVar("Table", bound=Callable[..., ShownTable])


def table(
    name: str, *, schema: TableSchema, reads: Reads, label: str, shows: str, caption: str
) -> Callable[[Table], Table]:
    """Declare a function to make a table.

    Parameters
    ----------
    name : str
        Of its files, ``results/tables/<name>.{parquet,csv,html,tex}``.
    schema : TableSchema
        Of its rows.
    reads : mapping
        From the function's parameters to what it reads, as ``SCHEMA.at("results/…")``.
    label, shows : str
        What the report calls it, and what it shows, in a few words.
    caption : str
        A sentence or two for someone who has read the paper's abstract, as plain text.
    """

    def write(step: Step, made: ShownTable, job: Any, config: Mapping[str, Any]) -> None:
        write_formats(made, schema, job, config, caption=caption)

    return declared(reads=reads, writes={"parquet": schema}, write=write)


def write_formats(
    made: ShownTable, schema: TableSchema, job: Any, config: Mapping[str, Any], *, caption: str = ""
) -> None:
    """Write the rows as Parquet and CSV in full, and as shown in HTML and LaTeX."""
    write_csv(made.rows, job.output.csv)
    write_html(made.shown, made.layout, job.output.html, caption=caption)
    write_tex(made.shown, made.layout, job.output.tex)
    write_table(made.rows, job.output.parquet, schema, config=config)
