"""Snakemake itself, run on a configuration of a few seconds in a folder of its own."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.workflow.experiments import TARGETS, TINY

ROOT = Path(__file__).parents[2]
WORKFLOW = ("workflow", "profiles", "config")


class Workspace:
    """A copy of the workflow in a folder, where Snakemake runs on ``tiny.yaml``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = dict(os.environ)

    @classmethod
    def new(cls, folder: Path) -> "Workspace":
        """Lay out a fresh copy of the workflow."""
        folder.mkdir(parents=True)
        for name in WORKFLOW:
            shutil.copytree(ROOT / name, folder / name, symlinks=True)
        workspace = cls(folder)
        workspace.configure({})
        return workspace

    def copy(self, folder: Path) -> "Workspace":
        """Return a copy with its results, Snakemake's records and all times of files."""
        shutil.copytree(self.folder, folder)
        return Workspace(folder)

    def configure(self, override: dict) -> None:
        """Write ``tiny.yaml``, with some keys overridden."""
        (self.folder / "tiny.yaml").write_text(
            yaml.safe_dump(merged(TINY, override)), encoding="utf-8"
        )

    def with_own_package(self) -> Path:
        """Give the workspace a copy of the package to edit, and return its folder."""
        shutil.copytree(ROOT / "src", self.folder / "src")
        self.environment["PYTHONPATH"] = str(self.folder / "src")
        return self.folder / "src" / "fcflow"

    def command(self, *arguments: str) -> list[str]:
        """Return the command line that runs Snakemake here."""
        return [sys.executable, "-m", "snakemake", "--configfile", "tiny.yaml", *arguments]

    def snakemake(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run Snakemake; output and errors together."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=1200,
        )

    def planned(self, *arguments: str) -> set[str]:
        """Return the rules that a run would execute now, targets left out."""
        return set(self.jobs(*arguments)) - TARGETS

    def jobs(self, *arguments: str) -> list[str]:
        """Return the rule of every job that a run would execute now.

        One that makes whatever its wildcard ``name`` names is there as ``make_table:table2``.
        """
        done = self.snakemake("--dry-run", *arguments)
        assert done.returncode == 0, done.stdout
        _, *jobs = re.split(r"^(?:local)?rule ", done.stdout, flags=re.M)
        assert jobs or "Nothing to be done" in done.stdout
        return [job_name(job) for job in jobs]

    def results(self) -> dict[str, bytes]:
        """Return every result's bytes; what holds times, records among it, is left out."""
        files = [path for path in (self.folder / "results").rglob("*") if path.is_file()]
        return {
            str(p.relative_to(self.folder)): p.read_bytes()
            for p in files
            if p.name not in ("provenance.json", ".snakemake_timestamp")
        }


def job_name(job: str) -> str:
    """Return a planned job's rule, with what it makes, or whose images it is about."""
    rule = job.partition(":")[0]
    wildcard = "experiment" if rule.endswith("_images") else "name"
    names = re.findall(rf"^    wildcards: (?:.*, )?{wildcard}=(\w+)", job, flags=re.M)
    return ":".join([rule, *names])


def merged(below: dict, above: dict) -> dict:
    """Merge dictionaries deeply."""
    deeper = {
        key: merged(below[key], value)
        for key, value in above.items()
        if isinstance(value, dict) and key in below
    }
    return {**below, **above, **deeper}


@pytest.fixture(scope="session")
def finished(tmp_path_factory, worker_id):
    """Return a workspace in which the tiny workflow has run once; tests take copies."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    with (shared / "finished.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (shared / "finished").is_dir():
            return Workspace(shared / "finished")
        workspace = Workspace.new(shared / "running")
        done = workspace.snakemake("--cores", "2")
        assert done.returncode == 0, done.stdout
        workspace.folder.rename(shared / "finished")
        return Workspace(shared / "finished")


@pytest.fixture
def workspace(finished, tmp_path):
    """Return a copy of the finished workspace."""
    return finished.copy(tmp_path / "copy")


@pytest.fixture
def fresh(tmp_path):
    """Return a workspace in which nothing has run."""
    return Workspace.new(tmp_path / "fresh")
