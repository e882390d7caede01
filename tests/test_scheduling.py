"""Snakemake's scheduler looks again where its limit held steps back, and else when one ends."""

import subprocess
import sys

import pytest

from fcflow.scheduling import look_again_if_held_back

SNAKEFILE = """
from snakemake.scheduling.job_scheduler import JobScheduler
{change}
look = JobScheduler.job_selector

def counted(self, jobs):
    with open("looks", "a") as file:
        file.write("x")
    return look(self, jobs)

JobScheduler.job_selector = counted

rule all:
    input: [f"made/{{i}}" for i in range(12)]

rule make_one:
    output: "made/{{i}}"
    shell: "sleep 0.5; touch {{output}}"
"""
CHANGE = """
from fcflow.scheduling import look_again_if_held_back
look_again_if_held_back(JobScheduler)
"""


class Limiter:
    """A limit of steps a second, some of which are free."""

    timespan = 1.0

    def __init__(self, free):
        self.free = free

    def get_free_jobs(self):
        """Return how many steps may still start."""
        return self.free


def orders(limiter, delay):
    """Return what a scheduler orders for later."""

    class Scheduler:
        def __init__(self):
            self.job_rate_limiter, self.ordered = limiter, []

        def _schedule_reevalutation(self, delay):
            self.ordered.append(delay)

    look_again_if_held_back(Scheduler)
    look_again_if_held_back(Scheduler)
    scheduler = Scheduler()
    scheduler._schedule_reevalutation(delay)
    return scheduler.ordered


@pytest.mark.parametrize(
    ("free", "delay", "expected"), [(0, 1.0, [1.0]), (5, 1.0, []), (5, 10.0, [10.0])]
)
def test_a_look_is_ordered_where_the_limit_was_reached(free, delay, expected):
    assert orders(Limiter(free), delay) == expected


def test_without_a_limit_and_without_the_method_nothing_changes():
    assert orders(None, 10.0) == [10.0]
    other = type("Scheduler", (), {})
    look_again_if_held_back(other)
    assert not hasattr(other, "_schedule_reevalutation")


@pytest.mark.snakemake
def test_looks_at_waiting_steps_grow_with_the_steps_and_not_with_their_square(tmp_path):
    looks = {}
    for name, change in (("as it is", ""), ("changed", CHANGE)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "Snakefile").write_text(SNAKEFILE.format(change=change), encoding="utf-8")
        command = [sys.executable, "-m", "snakemake", "--cores", "1", "--scheduler", "greedy"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        assert len(list((folder / "made").iterdir())) == 12
        looks[name] = len((folder / "looks").read_text(encoding="utf-8"))
    assert looks["changed"] <= 2 * 12 + 2
    # Where this fails, Snakemake has mended it, and the change can go.
    assert looks["as it is"] > looks["changed"]
