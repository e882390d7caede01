"""Run a Python file as if only what ``pip install fcflow`` brings were installed.

python base_alone.py FILE [ARGUMENT ...]
"""

import runpy
import sys
import tomllib
from importlib.abc import MetaPathFinder
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def base_distributions() -> set[str]:
    """Return the distributions that the project's dependencies bring, themselves included."""
    waiting = tomllib.loads(PROJECT.read_text())["project"]["dependencies"]
    seen: dict[str, set[str]] = {}
    while waiting:
        requirement = Requirement(waiting.pop())
        name, extras = canonicalize_name(requirement.name), {"", *requirement.extras}
        new = extras - seen.get(name, set())
        if new:
            seen[name] = seen.get(name, set()) | new
            waiting += _required(name, new)
    return set(seen)


def _required(name: str, extras: set[str]) -> list[str]:
    """Return what a distribution with these extras asks for on this machine."""
    try:
        lines = requires(name) or []
    except PackageNotFoundError:  # asked for in a way that this installation does not need
        return []
    markers = [(line, Requirement(line).marker) for line in lines]
    return [
        line
        for line, marker in markers
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)
    ]


class Hidden(MetaPathFinder):
    """Imports of these top-level packages fail as if they were not installed."""

    def __init__(self, packages: set[str]) -> None:
        self.packages = packages

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        """Refuse what is hidden."""
        package = fullname.partition(".")[0]
        if package in self.packages:
            raise ModuleNotFoundError(f"No module named {package!r}", name=package)


def hide() -> set[str]:
    """Hide every package that only other distributions have; return their names."""
    base = {*base_distributions(), "fcflow"}
    packages = {
        package
        for package, distributions in packages_distributions().items()
        if base.isdisjoint(map(canonicalize_name, distributions))
    }
    for name in [name for name in sys.modules if name.partition(".")[0] in packages]:
        del sys.modules[name]
    sys.meta_path.insert(0, Hidden(packages))
    return packages


if __name__ == "__main__":
    hide()
    del sys.argv[0]
    sys.path[0] = str(Path(sys.argv[0]).parent)
    runpy.run_path(sys.argv[0], run_name="__main__")
