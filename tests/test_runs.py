"""Whose lock it is."""

import os
import socket
import subprocess
import sys

import pytest

from fcflow.runs import abandoned_lock, begin_run, unlock

PROGRAM = """
import os, signal, sys
from pathlib import Path
from fcflow.runs import begin_run
begin_run()
Path(".snakemake/locks").mkdir(parents=True, exist_ok=True)
Path(".snakemake/locks/0.input.lock").touch()
if sys.argv[1] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "unlocked":
    Path(".snakemake/locks/0.input.lock").unlink()
if sys.argv[1] == "asked":
    input()
"""


@pytest.fixture
def run(tmp_path):
    def start(how):
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, how], cwd=tmp_path, stdin=subprocess.PIPE, text=True
        )

    return start


def records(folder):
    return sorted(file.name for file in (folder / ".snakemake" / "fcflow").glob("*"))


def test_the_lock_of_a_killed_run_is_told_with_the_command_that_removes_it(run, tmp_path):
    process = run("killed")
    process.wait()
    line = abandoned_lock(tmp_path)
    assert f"process {process.pid} on {socket.gethostname()}" in line
    assert line.endswith("remove it: snakemake --unlock")
    assert "\n" not in line
    assert unlock(tmp_path)
    assert abandoned_lock(tmp_path) is None
    assert not unlock(tmp_path)


def test_the_lock_of_a_run_that_is_alive_is_left(run, tmp_path):
    process = run("asked")
    try:
        while not list((tmp_path / ".snakemake" / "locks").glob("*")):
            assert process.poll() is None
        assert abandoned_lock(tmp_path) is None
        assert not unlock(tmp_path)
        begin_run(tmp_path)  # of a second one, which will be refused
        assert records(tmp_path) == [f"{process.pid}@{socket.gethostname()}"]
    finally:
        process.communicate("\n")


def test_a_run_that_ends_leaves_nothing(run, tmp_path):
    run("unlocked").wait()
    assert records(tmp_path) == []


def test_the_lock_of_another_hosts_run_is_left(run, tmp_path):
    process = run("killed")
    process.wait()
    own = tmp_path / ".snakemake" / "fcflow" / f"{process.pid}@{socket.gethostname()}"
    own.rename(own.with_name(f"{process.pid}@elsewhere"))
    assert abandoned_lock(tmp_path) is None
    assert not unlock(tmp_path)


def test_a_later_process_of_the_same_number_is_another(run, tmp_path):
    run("killed").wait()
    killed = next((tmp_path / ".snakemake" / "fcflow").glob("*"))
    killed.rename(killed.with_name(f"{os.getpid()}@{socket.gethostname()}"))
    assert abandoned_lock(tmp_path) is not None


def test_a_lock_without_a_record_is_left_to_snakemake(tmp_path):
    (tmp_path / ".snakemake" / "locks").mkdir(parents=True)
    (tmp_path / ".snakemake" / "locks" / "0.input.lock").touch()
    assert abandoned_lock(tmp_path) is None
