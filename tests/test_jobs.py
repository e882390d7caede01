import subprocess
import sys

import pytest

RUN = """
import os
from types import SimpleNamespace
from fcflow.errors import ArtifactError
from fcflow.jobs import run_job

def step(job):
    print("said with print")
    os.system("echo said by another program")
    {body}

job = SimpleNamespace(log=[{log!r}], rule="train_affine", wildcards={{"study": "table1"}})
job.resources = {{'mem_mb': 900}}
run_job(step, job)
"""


@pytest.fixture
def run(tmp_path):
    """Return a function that runs a step in a process of its own: its result and the log."""

    def start(body):
        log = tmp_path / "logs" / "step.log"
        done = subprocess.run(
            [sys.executable, "-c", RUN.format(body=body, log=str(log))],
            capture_output=True,
            text=True,
        )
        return done, log.read_text()

    return start


def test_all_output_goes_to_the_log(run):
    done, log = run("pass")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "said with print" in log
    assert "said by another program" in log
    assert log.endswith(" of 900 asked for\n")


def test_a_failure_is_one_line_on_the_terminal_and_a_traceback_in_the_log(run):
    done, log = run('raise ArtifactError("results/a.parquet: is missing; run it again")')
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if line]
    assert (
        lines[0]
        == "fcflow: train_affine (study=table1) failed: results/a.parquet: is missing; run it again"
    )
    assert lines[1].strip().startswith("log: ")
    assert lines[1].endswith("logs/step.log")
    assert len(lines) == 2
    assert "Traceback" in log


def test_an_unforeseen_failure_is_told_with_its_type(run):
    done, _ = run("1 / 0")
    assert "failed: ZeroDivisionError: division by zero" in done.stderr


def test_an_empty_last_line_of_a_message_is_not_the_message(run):
    done, _ = run('raise RuntimeError("the reason\\n\\n  ")')
    assert "failed: RuntimeError: the reason\n" in done.stderr


def test_a_step_that_fails_while_it_is_imported_is_one_line_too(tmp_path):
    (tmp_path / "broken.py").write_text("import a_library_that_is_not_there\n")
    code = (
        "from types import SimpleNamespace; from fcflow.jobs import run;"
        f"run('broken:step', SimpleNamespace(log=[{str(tmp_path / 'a.log')!r}], rule='draw',"
        " wildcards={}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 1
    assert done.stderr.split("\n")[1] == (
        "fcflow: draw failed: ModuleNotFoundError: No module named 'a_library_that_is_not_there'"
    )
    assert "Traceback" in (tmp_path / "a.log").read_text()
