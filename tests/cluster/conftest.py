"""The tiny workflow on a Slurm of the test's own."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.cluster.slurm import Slurm, wait_for, why_not
from tests.workflow.conftest import Workspace

# What a simulation does first, where a file in ``faults`` bears its name: once, or each time.
PRELUDE = """
import os, time
from pathlib import Path
fault = Path("faults") / snakemake.wildcards.name
if fault.is_file():
    kind = fault.read_text()
    fault.rename(fault.with_suffix(".begun"))
    if kind == "memory":
        taken = bytearray(b"1") * (2000 * 2**20)
    time.sleep({"short": 15}.get(kind, 600))
"""


class Submitting(Workspace):
    """A workspace whose steps run on Slurm."""

    slurm: Slurm

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

    def step(self, statement: str) -> tuple[str, int]:
        """Return where a step runs, as its log says: the node and the process."""
        log = (self.folder / "logs" / "theory" / f"{statement}.log").read_text()
        process = int(re.findall(r"on \S+, process (\d+)", log)[-1])
        environment = Path(f"/proc/{process}/environ").read_bytes().decode()
        return re.findall(r"SLURMD_NODENAME=(\w+)", environment)[0], process

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
            return subprocess.Popen(
                self.command(*arguments),
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

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
    slurm.ask("scancel", "--user=root")


def interrupt(process: subprocess.Popen) -> None:
    """Kill a process group as nothing can prepare for."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


__all__ = ["Submitting", "interrupt", "wait_for"]
