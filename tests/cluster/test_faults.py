"""Whatever happens to a cluster's jobs, the results are those of a run on one machine."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cluster.conftest import LONG, Submitting
from tests.cluster.slurm import wait_for

pytestmark = [pytest.mark.cluster, pytest.mark.snakemake, pytest.mark.xdist_group("cluster")]


def targets(*statements: str) -> list[str]:
    """Return the results of some statements."""
    return [f"results/theory/{statement}.parquet" for statement in statements]


def differing(workspace, finished, *statements: str) -> list[str]:
    """Return those of the results whose bytes are not those of the local run."""
    ours, theirs = workspace.results(), finished.results()
    return [name for name in targets(*statements) if ours.get(name) != theirs[name]]


def test_killed_cancelled_out_of_memory_over_time_and_lost_with_the_node(
    submitting: Submitting, finished
):
    killed, cancelled, large, slow, lost = (
        *("theorem1", "lemma2", "theorem5", "theorem7", "lemma3"),
    )
    for statement in (killed, cancelled, slow, lost):
        submitting.fault(statement, "wait")
    submitting.fault(large, "memory")

    # Jobs of their own, so that each has its own fault; little memory and time, for quick ends.
    each = ["--group-components", "steps=1"]
    each += ["--set-resources", "simulate_statement:mem_mb=1500*attempt"]
    each += ["simulate_statement:runtime=attempt", "--"]
    statements = (killed, cancelled, large, slow, lost)
    run = submitting.start(*submitting.arguments(*each), *targets(*statements))
    submitting.wait_until_begun(*statements)

    node, process = submitting.step(killed)
    os.kill(process, signal.SIGKILL)
    node, _ = submitting.step(cancelled)
    submitting.slurm.ask("scancel", f"--nodelist={node}", "--user=root")
    node, _ = submitting.step(lost)
    submitting.slurm.lose(node)
    submitting.slurm.end("slurmctld")
    time.sleep(2)
    submitting.slurm.start_controller()

    assert run.wait(LONG) == 0, submitting.said()
    submitting.slurm.start_node(node)
    assert differing(submitting, finished, *statements) == []
    # Slurm has done to the jobs what was to be tried.
    states = [job["JobState"] for job in submitting.slurm.jobs()]
    assert {"CANCELLED", "FAILED", "TIMEOUT", "COMPLETED"} <= {*states}
    assert "exceeded memory limit" in submitting.slurm.log()
    again = [job for job in submitting.slurm.jobs() if job["Restarts"] != "0"]
    assert [job["JobState"] for job in again] == ["COMPLETED"]
    # What failed was tried again with more.
    asked = {(job["MinMemoryNode"], job["TimeLimit"]) for job in submitting.slurm.jobs()}
    assert asked == {("1500M", "00:01:00"), ("3000M", "00:02:00")}


def test_snakemake_killed_and_started_again_while_its_jobs_go_on(submitting: Submitting, finished):
    statements = ("theorem1", "theorem5")
    submitting.fault("theorem1", "short")
    arguments = submitting.arguments("--", *targets(*statements))
    run = submitting.start(*arguments)
    submitting.wait_until_begun("theorem1")
    submitting.interrupt()

    refused = submitting.snakemake(*arguments)
    assert refused.returncode != 0
    *_, last = refused.stdout.splitlines()
    assert f"killed (process {run.pid} on" in last
    assert last.endswith("remove it: snakemake --unlock")

    unlocked = subprocess.run(
        [Path(sys.executable).with_name("fcflow"), "unlock"], cwd=submitting.folder, text=True
    )
    assert unlocked.returncode == 0
    done = submitting.snakemake(*arguments)
    assert done.returncode == 0, done.stdout
    wait_for(lambda: not submitting.slurm.ask("squeue", "--noheader"), LONG)
    assert differing(submitting, finished, *statements) == []
    assert list((submitting.folder / "results").rglob("*.tmp")) == []


def test_a_full_disk_is_told_last_and_costs_nothing_else(submitting: Submitting, finished):
    results = submitting.folder / "results"
    results.mkdir()
    small = ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", str(results)]
    if subprocess.run(small, capture_output=True).returncode != 0:
        pytest.skip("no small disk can be mounted here")
    try:
        statements = ("theorem1", "theorem5")
        arguments = submitting.arguments("--retries", "0", "--", *targets(*statements))
        failed = submitting.snakemake(*arguments)
        assert failed.returncode != 0
        message, log = failed.stdout.splitlines()[-2:]
        assert message.startswith("fcflow: simulate_statement (name=")
        assert "could not be written" in message
        assert "space left on device" in message
        assert "free some space" in message
        assert log.startswith("        log: logs/theory/")

        subprocess.run(["mount", "-o", "remount,size=64m", str(results)], check=True)
        done = submitting.snakemake(*arguments)
        assert done.returncode == 0, done.stdout
        assert differing(submitting, finished, *statements) == []
    finally:
        subprocess.run(["umount", "--lazy", str(results)], check=True)
