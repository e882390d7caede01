"""Servers, and steps that are handed to them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fcflow.interpreter import server
from fcflow.interpreter.start import Preloading

LIBRARIES = [library for libraries, _ in server.STAGES for library in libraries]
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
# Code for a step: the processes above it that are servers, the nearest (its own parent) first.
ANCESTORS = """
import os
from pathlib import Path
def ancestors():
    process, servers = os.getppid(), []
    while "server.py" in Path(f"/proc/{process}/cmdline").read_text():
        servers.append(process)
        process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    return servers
"""
# Code for a step: the first module of each stage, as far as it is loaded.
STAGES_LOADED = f"""
import sys
print([name in sys.modules for name in {[libraries[0] for libraries, _ in server.STAGES]!r}])
"""
NO_STAGE = "[False, False, False]\n"


class Steps:
    """Scripts in a folder, to run behind a prefix."""

    def __init__(self, folder: Path, prefix: list[str]) -> None:
        self.folder, self.prefix = folder, prefix
        self.environment = os.environ | ONE_THREAD

    def start(self, source: str, **options) -> subprocess.Popen[str]:
        """Start a script."""
        script = self.folder / f"step{time.monotonic_ns()}.py"
        script.write_text(source)
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        command = [*self.prefix, sys.executable, str(script)]
        return subprocess.Popen(command, text=True, **{"env": self.environment} | pipes | options)

    def run(self, source: str, typed: str = "", **options) -> tuple[int, str, str]:
        """Run a script: how it ended, and what it wrote."""
        process = self.start(source, **options)
        written = process.communicate(typed, timeout=120)
        return process.returncode, *written

    def output(self, source: str, **options) -> str:
        """Run a script that must succeed."""
        status, output, errors = self.run(source, **options)
        assert (status, errors) == (0, "")
        return output


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def first_line(process: subprocess.Popen[str]) -> list[int]:
    """Return the numbers that a step writes first."""
    return [int(number) for number in process.stdout.readline().split()]


@pytest.fixture(scope="session")
def loaded(tmp_path_factory) -> Iterator[Steps]:
    """Return steps in forks of a server that has loaded all libraries."""
    preloading = Preloading()
    steps = Steps(tmp_path_factory.mktemp("steps"), preloading.command)
    wait_for(lambda: steps.output(STAGES_LOADED) == "[True, True, True]\n")
    yield steps
    preloading.close()


@pytest.fixture
def libraries(tmp_path, monkeypatch) -> Path:
    """Return a folder with an empty module in place of every library, which the server loads."""
    folder = tmp_path / "libraries"
    for library in LIBRARIES:
        *packages, module = library.split(".")
        place = folder.joinpath(*packages)
        place.mkdir(parents=True, exist_ok=True)
        for depth in range(len(packages)):
            folder.joinpath(*packages[: depth + 1], "__init__.py").touch()
        (place / module).mkdir(exist_ok=True)
        (place / module / "__init__.py").touch()
    (folder / "numpy" / "random.py").write_text("def seed(): pass")
    (folder / "pandas" / "__init__.py").write_text("DataFrame = dict")
    (folder / "pandera" / "pandas" / "__init__.py").write_text(
        "class DataFrameSchema(dict):\n    validate = dict.update\ndef Column(kind): pass"
    )
    (folder / "matplotlib" / "__init__.py").write_text(
        "import contextlib\ndef rc_context(options): return contextlib.nullcontext()"
    )
    (folder / "matplotlib" / "figure.py").write_text(
        "from unittest.mock import MagicMock\nFigure = MagicMock"
    )
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return folder


@pytest.fixture
def started(tmp_path) -> Iterator[Callable[[], tuple[Preloading, Steps]]]:
    """Return a function that starts a server, and what runs steps in its forks."""
    servers = []

    def start() -> tuple[Preloading, Steps]:
        servers.append(Preloading())
        return servers[-1], Steps(tmp_path, servers[-1].command)

    yield start
    for preloading in servers:
        preloading.close()


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
