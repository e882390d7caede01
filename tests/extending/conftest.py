"""A copy of the house in which additions are made, and counted."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.workflow.conftest import merged
from tests.workflow.experiments import TINY

ROOT = Path(__file__).parents[2]
collect_ignore = ["additions"]  # modules of another tree

ADDITIONS = Path(__file__).parent / "additions"
HOUSE = ("workflow", "profiles", "config", "src")


class House:
    """A copy of workflow and package, where files are added and edited."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.new: set[str] = set()
        self.edited: set[str] = set()
        for name in HOUSE:
            ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored, symlinks=True)
        self.configure({})

    def add(self, addition: str) -> None:
        """Add the files of ``additions/<addition>``, each at its place."""
        root = ADDITIONS / addition
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            place = path.relative_to(root)
            if "__pycache__" in place.parts:
                continue
            assert not (self.folder / place).exists(), place
            (self.folder / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, self.folder / place)
            self.new.add(str(place))

    def edit(self, file: str, before: str, after: str) -> None:
        """Replace a text that stands once in a file."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, (file, before, text.count(before))
        path.write_text(text.replace(before, after), encoding="utf-8")
        self.edited.add(file)

    def configure(self, override: dict) -> None:
        """Write ``tiny.yaml``, the tests' smallest configuration, with some keys overridden."""
        text = yaml.safe_dump(merged(TINY, override))
        (self.folder / "tiny.yaml").write_text(text, encoding="utf-8")

    def run(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a module with the house's own package."""
        return self._python("-m", module, *arguments)

    def run_python(self, source: str) -> str:
        """Run Python code with the house's own package, and return what it printed."""
        done = self._python("-c", source)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def _python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(self.folder / "src")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=1200,
        )

    def make(self, *targets: str) -> str:
        """Run the workflow on ``tiny.yaml`` and return what it printed."""
        done = self.run(*("snakemake", "--configfile", "tiny.yaml", "--cores", "2", "--", *targets))
        assert done.returncode == 0, done.stdout
        return done.stdout


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)
