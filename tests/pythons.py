"""The interpreters of other versions that this machine has; run it to print the newest."""

import os
import subprocess
import sys
from pathlib import Path

VERSIONS = ("3.14", "3.13", "3.12", "3.11")  # newest first


def pythons() -> dict[str, str]:
    """Return paths of interpreters that start, by version, newest first."""
    return {version: path for version in VERSIONS if (path := _interpreter(version))}


def _interpreter(version: str) -> str | None:
    """Return an interpreter of a version: on the PATH, or one of those that pyenv or uv keep."""
    homes = [
        *(Path.home() / ".pyenv" / "versions").glob(f"{version}.*"),
        *(Path.home() / ".local" / "share" / "uv" / "python").glob(f"cpython-{version}.*"),
    ]
    folders = [*os.environ["PATH"].split(os.pathsep), *(home / "bin" for home in homes)]
    for path in (Path(folder) / f"python{version}" for folder in folders):
        # What stands on the PATH may be a stand-in for a version that is not there.
        if path.is_file() and _starts(path, version):
            return str(path)
    return None


def _starts(path: Path, version: str) -> bool:
    code = "import sys, venv, ensurepip; print(*sys.version_info[:2], sep='.')"
    done = subprocess.run([path, "-c", code], capture_output=True, text=True)
    return done.stdout.strip() == version


if __name__ == "__main__":
    sys.stdout.write(next(iter(pythons().values()), sys.executable))
