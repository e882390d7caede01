import io

from rich.console import Console
from typer.testing import CliRunner

from fcflow.artifacts.tables import write_table
from fcflow.cli import app
from fcflow.paper.claims.ledger import LEDGER, ledger, summary
from fcflow.paper.claims.show import claims_table


def test_every_claim_is_in_the_terminals_table(tables):
    rows = ledger(tables)
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(claims_table(rows))
    text = console.export_text()
    assert text.count("✓") == (rows["verdict"] == "reproduced").sum()
    assert text.count("· not testable here") == (rows["verdict"] == "not testable here").sum()


def test_the_command_prints_the_ledger_and_its_summary(tables, tmp_path):
    rows = ledger(tables)
    write_table(rows, tmp_path / "claims.parquet", LEDGER, config={})
    done = CliRunner().invoke(app, ["claims", str(tmp_path / "claims.parquet")])
    assert done.exit_code == 0
    assert done.output.splitlines()[-1] == summary(rows)


def test_the_command_tells_a_missing_ledger(tmp_path):
    done = CliRunner().invoke(app, ["claims", str(tmp_path / "gone.parquet")])
    assert done.exit_code == 1
    assert "gone.parquet: is missing" in done.output
