"""The command ``fcflow``: look at the configuration and at results without running anything."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fcflow.artifacts.tables import read_metadata, read_table
from fcflow.config.load import config_schema, read_config
from fcflow.errors import FcflowError

app = typer.Typer(
    help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="YAML files, the most general first")],
) -> None:
    """Check a configuration, whose files are merged in their order."""
    try:
        read_config(files)
    except FcflowError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), markup=False, highlight=False)
        raise typer.Exit(1) from None
    Console(soft_wrap=True).print(
        f"{' + '.join(map(str, files))}: valid", markup=False, highlight=False
    )


@app.command()
def schema() -> None:
    """Print the JSON schema of the configuration (``config/schema.json``)."""
    print(config_schema(), end="")


@app.command()
def keys(
    section: Annotated[str, typer.Argument(help="such as linear, or theory.theorem1")] = "",
) -> None:
    """Print what every key of the configuration means, and where in the papers it comes from."""
    from fcflow.config.keys import configuration_keys

    table = Table(box=box.SIMPLE)
    table.add_column("key", no_wrap=True)
    table.add_column("meaning")
    for key in configuration_keys(section):
        table.add_row(Text(key.name), Text(key.meaning))
    Console().print(table)


@app.command()
def inspect(file: Annotated[Path, typer.Argument(help="a Parquet file of fcflow's")]) -> None:
    """Print what is recorded with a table: configuration, device and package versions."""
    try:
        print(json.dumps(read_metadata(file), indent=2, sort_keys=True))
    except FcflowError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), markup=False, highlight=False)
        raise typer.Exit(1) from None


@app.command()
def claims(
    file: Annotated[Path, typer.Argument(help="the ledger")] = Path("results/claims.parquet"),
) -> None:
    """Print the ledger: every claim, the result, and the verdict."""
    # Imported here because they load pandas and matplotlib, which other commands do not need.
    from fcflow.paper.claims.ledger import LEDGER, summary
    from fcflow.paper.claims.show import claims_table

    try:
        rows = read_table(file, LEDGER)
    except FcflowError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), markup=False, highlight=False)
        raise typer.Exit(1) from None
    console = Console()
    console.print(claims_table(rows))
    console.print(summary(rows), markup=False, highlight=False, soft_wrap=True)


@app.command(name="compile")
def compile_() -> None:
    """Compile the package's kernels now instead of in the first run of the workflow."""
    from fcflow.kernels import compile_kernels

    compile_kernels()
