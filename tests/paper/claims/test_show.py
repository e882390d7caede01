import io

from rich.cells import cell_len
from rich.console import Console
from tests.paper.claims.deciding import decide_all
from typer.testing import CliRunner

from fcflow.artifacts.tables import write_table
from fcflow.cli import app
from fcflow.paper.claims.finding import Verdict
from fcflow.paper.claims.ledger import LEDGER, summary
from fcflow.paper.claims.show import claims_table


def test_every_claim_is_in_the_terminals_table(tables):
    rows = decide_all(tables)
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(claims_table(rows))
    text = console.export_text()
    for sign, verdict in zip("✓≈✗·", Verdict, strict=True):
        found = [line for line in text.splitlines() if line.startswith(f"  {sign}   ")]
        assert len(found) == (rows["verdict"] == verdict).sum()


def test_the_table_fits_into_eighty_columns_with_no_word_cut(tables):
    rows = decide_all(tables)
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(claims_table(rows))
    text = console.export_text()
    assert max(map(cell_len, text.splitlines())) <= 80
    assert "…" not in text


def test_the_command_prints_the_ledger_and_its_summary(tables, tmp_path):
    rows = decide_all(tables)
    write_table(rows, tmp_path / "claims.parquet", LEDGER, config={})
    done = CliRunner().invoke(app, ["claims", str(tmp_path / "claims.parquet")])
    assert done.exit_code == 0
    assert done.output.splitlines()[-1] == summary(rows)


def test_the_command_tells_a_missing_ledger(tmp_path):
    done = CliRunner().invoke(app, ["claims", str(tmp_path / "gone.parquet")])
    assert done.exit_code == 1
    assert "gone.parquet: is missing" in done.output
