import json
from pathlib import Path

import pandas as pd
from typer.testing import CliRunner

from fcflow.artifacts.schema import declare, integer
from fcflow.artifacts.tables import write_table
from fcflow.cli import app
from fcflow.config.load import config_schema

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
