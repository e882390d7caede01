"""The tiny workflow on a Slurm of the test's own."""

import os
import signal
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.cluster.slurm import Slurm, wait_for, why_not
from tests.workflow.conftest import Workspace, finished

# Seconds that nothing takes on however busy a machine; what is waited for mostly comes in a few.
LONG = 600

# What a simulation does first, where a file in ``faults`` bears its name: once, or each time.
PRELUDE = """
import os, time
from pathlib import Path
fault = Path("faults") / snakemake.wildcards.name
if fault.is_file():
    kind = fault.read_text()
    fault.write_text(f"{os.environ['SLURMD_NODENAME']} {os.getpid()}")
    fault.rename(fault.with_suffix(".begun"))
    if kind == "memory":
        taken = bytearray(b"1") * (2000 * 2**20)
    time.sleep({"short": 15}.get(kind, 600))
"""


class Submitting(Workspace):
    """A workspace whose steps run on Slurm."""

    slurm: Slurm
    running: subprocess.Popen | None = None

    @classmethod
    def on(cls, slurm: Slurm, folder: Path) -> "Submitting":
        """Lay out a workspace in which steps can be given faults."""
        workspace = cls.new(folder)
        workspace.slurm = slurm
        workspace.environment |= slurm.variables
        script = workspace.folder / "workflow" / "scripts" / "simulate_statement.py"
        script.write_text(PRELUDE + script.read_text(encoding="utf-8"), encoding="utf-8")
        (workspace.folder / "faults").mkdir()
        return workspace

    def fault(self, statement: str, kind: str) -> None:
        """Give the next attempt at simulating a statement a fault."""
        (self.folder / "faults" / statement).write_text(kind)

    def has_begun(self, statement: str) -> bool:
        """Return whether the attempt with the fault has begun."""
        return (self.folder / "faults" / f"{statement}.begun").exists()

    def wait_until_begun(self, *statements: str) -> None:
        """Wait for the attempts with faults; fail as soon as the run in the background has ended.

        How long they take to begin depends on what else the machine does.
        """
        run = self.running
        assert run
        wait_for(lambda: all(map(self.has_begun, statements)) or run.poll() is not None, LONG)
        assert all(map(self.has_begun, statements)), self.said()

    def step(self, statement: str) -> tuple[str, int]:
        """Return where the attempt with the fault runs: the node and the process."""
        node, process = (self.folder / "faults" / f"{statement}.begun").read_text().split()
        return node, int(process)

    def arguments(
        self, *others: str, cores: int = 1, gpus: int = 0, partition: str = "cpu"
    ) -> list:
        """Return the arguments of a run on Slurm."""
        limits = (f"cores_per_job={cores}", f"gpus_per_job={gpus}")
        defaults = ("--default-resources", f"slurm_partition={partition}", *limits)
        return ["--profile", "profiles/slurm", *defaults, *others]

    def start(self, *arguments: str) -> subprocess.Popen:
        """Start Snakemake in the background; what it says is in ``run.txt``."""
        with (self.folder / "run.txt").open("w") as log:
            self.running = subprocess.Popen(
                self.command(*arguments),
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self.running

    def interrupt(self) -> None:
        """Kill the run in the background as nothing can prepare for."""
        if self.running and self.running.poll() is None:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()

    def said(self) -> str:
        """Return what the run in the background has said."""
        return (self.folder / "run.txt").read_text()


@pytest.fixture(scope="session")
def slurm(tmp_path_factory) -> Iterator[Slurm]:
    """Return a Slurm that runs."""
    if reason := why_not():
        pytest.skip(reason)
    if not find_spec("snakemake_executor_plugin_slurm"):
        pytest.skip("needs snakemake-executor-plugin-slurm: make install-slurm")
    cluster = Slurm(tmp_path_factory.mktemp("slurm"))
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture
def submitting(slurm, tmp_path) -> Iterator[Submitting]:
    """Return a workspace whose steps run on Slurm."""
    workspace = Submitting.on(slurm, tmp_path / "workspace")
    yield workspace
    workspace.interrupt()
    slurm.ask("scancel", "--user=root")


__all__ = ["Submitting", "finished"]
