import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from fcflow.artifacts.schema import declare, integer
from fcflow.artifacts.tables import write_table
from fcflow.cli import app
from fcflow.config.load import config_schema
from fcflow.paper.claims.ledger import LEDGER

CONFIG = Path(__file__).parents[1] / "config" / "config.yaml"


def run(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_check_says_that_a_configuration_is_valid():
    assert run("check", CONFIG).exit_code == 0


def test_check_tells_faults_without_a_traceback(tmp_path):
    (tmp_path / "my.yaml").write_text("sed: 3")
    done = run("check", CONFIG, tmp_path / "my.yaml")
    assert done.exit_code == 1
    assert done.output == f"{tmp_path}/my.yaml: sed: unknown key, did you mean 'seed'?\n"


def test_check_names_files_of_ones_own_that_are_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("my.py").write_text("def net():\n    return None\n")
    model, data = '{factory: "my.py:net", weights: gone.safetensors}', "{folder: lost}"
    Path("my.yaml").write_text(f"images:\n  mine:\n    model: {model}\n    data: {data}\n")
    done = run("check", CONFIG, "my.yaml")
    assert done.exit_code == 1
    assert "images.mine.model.weights: there is nothing at gone.safetensors" in done.output
    assert "images.mine.data.folder: there is nothing at lost" in done.output
    Path("lost").mkdir()
    Path("gone.safetensors").touch()
    assert run("check", CONFIG, "my.yaml").exit_code == 0
    Path("my.py").write_text("def another():\n    return None\n")
    told = run("check", CONFIG, "my.yaml").output
    assert "images.mine.model.factory: my.py defines no net; at its top level it defines" in told


def test_schema_is_printed_as_it_is_shipped():
    assert run("schema").output == config_schema()


def test_inspect_shows_what_a_table_was_made_from(tmp_path):
    rows = pd.DataFrame({"d": [1]})
    write_table(
        rows, tmp_path / "a.parquet", declare("t", "p", {"d": integer()}), config={"seed": 9}
    )
    assert json.loads(run("inspect", tmp_path / "a.parquet").output)["config"] == {"seed": 9}


def test_inspect_tells_what_is_wrong_with_a_file(tmp_path):
    done = run("inspect", tmp_path / "gone.parquet")
    assert done.exit_code == 1
    assert "gone.parquet: is missing" in done.output


@pytest.fixture
def ledger(tmp_path):
    """Return a ledger of one claim, in a file."""
    row = dict.fromkeys(LEDGER.frame.columns, "")
    row |= {"n": 3, "estimate": 0.5, "low": 0.4, "high": 0.6, "verdict": "reproduced"}
    row |= {"published": None, "test": 1}
    row |= {
        "place": "Theorem 1",
        "statement": "‖e‖ ≈ φ falls as √d ≥ 2 → ∞, 95 %",
        "expected": "≤ 1",
    }
    write_table(LEDGER.table([row]), tmp_path / "claims.parquet", LEDGER, config={})
    return tmp_path / "claims.parquet"


@pytest.mark.parametrize(
    "locale",
    [
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""},
    ],
)
def test_commands_print_where_the_terminal_knows_no_unicode(ledger, locale):
    environment = {**os.environ, **locale, "MPLBACKEND": "module://of_a_notebook"}
    environment["COLUMNS"] = "160"  # so that the claim is on one line

    def printed(*arguments):
        command = [sys.executable, "-c", "from fcflow.cli import app; app()", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, cwd=ledger.parent)
        assert done.returncode == 0, done.stderr.decode("latin-1")
        return done.stdout.decode("latin-1")

    shown = " ".join(printed("claims", "claims.parquet", "--full").split())
    assert "||e|| ~ phi falls as sqrtd >= 2 -> ?" in shown
    assert "+ reproduced" in shown
    assert json.loads(printed("schema")) == json.loads(config_schema())
    assert json.loads(printed("inspect", "claims.parquet"))["schema"] == "claims"


def test_help_is_of_the_command_itself():
    assert "look at the configuration and at results" in run("--help").output


def test_inspect_tells_of_a_csv_which_file_to_give(ledger):
    ledger.with_suffix(".csv").write_text("id\nx\n")
    done = run("inspect", ledger.with_suffix(".csv"))
    assert done.output == (
        f"{ledger.with_suffix('.csv')}: is CSV, no Parquet file; give the .parquet file of the same"
        f" table: {ledger}\n"
    )
    assert "is a folder; give a Parquet file in it" in run("inspect", ledger.parent).output
