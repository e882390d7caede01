"""Snakemake's steps are forks, and a workflow does not depend on that."""

import pytest
from tests.interpreter.conftest import ANCESTORS
from tests.workflow.conftest import ROOT, Workspace

pytestmark = pytest.mark.snakemake

STATEMENTS = ("theorem1", "theorem5", "theorem7")
# What each simulation does first: say whether it is a fork, and, if asked to, kill all servers.
PRELUDE = f"""{ANCESTORS}
with open("servers", "a") as file:
    print(len(ancestors()), file=file)
if "KILL" in os.environ:
    for server in ancestors()[1:]:
        os.kill(server, 9)
"""


def run(workspace: Workspace, **environment: str) -> tuple[list[int], dict[str, bytes]]:
    """Simulate some statements: how many servers each step had, and the results."""
    script = workspace.folder / "workflow" / "scripts" / "simulate_statement.py"
    script.write_text(PRELUDE + script.read_text(encoding="utf-8"), encoding="utf-8")
    workspace.environment |= environment
    targets = [f"results/theory/{statement}.parquet" for statement in STATEMENTS]
    # One after the other, so that what follows a killed server is known.
    done = workspace.snakemake("--cores", "1", *targets)
    assert done.returncode == 0, done.stdout
    assert "again" not in done.stdout
    assert "Traceback" not in done.stdout
    seen = (workspace.folder / "servers").read_text().splitlines()
    return [int(servers) for servers in seen], workspace.results()


def test_steps_are_forks_or_processes_and_compute_the_same(tmp_path):
    forks, expected = run(Workspace.new(tmp_path / "forks"))
    assert all(forks)
    assert {f"results/theory/{statement}.parquet" for statement in STATEMENTS} <= {*expected}

    long = tmp_path / ("x" * 150)
    long.mkdir()
    killed = Workspace.new(tmp_path / "killed")
    servers, results = run(killed, KILL="1", TMPDIR=str(long))
    assert servers[0] > 0
    assert servers[1:] == [0, 0]
    assert results == expected

    processes, results = run(Workspace.new(tmp_path / "off"), FCFLOW_PRELOAD="0")
    assert processes == [0, 0, 0]
    assert results == expected


def test_every_rule_is_a_script():
    # A prefix cannot stand before a command of several commands.
    rules = [
        file.read_text(encoding="utf-8") for file in (ROOT / "workflow" / "rules").glob("*.smk")
    ]
    assert rules
    assert not any("    shell:" in rule for rule in rules)
