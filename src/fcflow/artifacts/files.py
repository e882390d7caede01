"""Writing files so that no reader sees an incomplete one, and saying what is no such file."""

import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fcflow.errors import ArtifactError
from fcflow.runs import is_alive


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path, whose file replaces ``path`` when the block ends without an error.

    The file is on disk before it gets its name. If the block fails, ``path`` stays as it was. Two
    processes may write the same path at the same time, because the temporary name contains the
    process's number and its host.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with replacing(folder / "a.txt") as part:
    ...     _ = part.write_text("whole")
    >>> [file.name for file in folder.iterdir()]
    ['a.txt']
    """
    target = Path(path)
    part = target.with_name(f"{target.name}.{os.getpid()}@{socket.gethostname()}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        raise ArtifactError(
            f"{target}: could not be written ({error.strerror or error}); free some space or "
            "mend the folder's permissions and run again: nothing that was there is lost"
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()


def remove_abandoned(folder: str | Path) -> None:
    """Remove the temporary files below a folder whose writers are gone.

    Of a writer on another host, that is known when it has not written for an hour.
    """
    for path in Path(folder).rglob("*.tmp"):
        with suppress(OSError):
            if (name := _WRITER.search(path.name)) and _is_gone(path, name[1], name[2]):
                path.unlink()


def _is_gone(path: Path, process: str, host: str | None) -> bool:
    if host == socket.gethostname():
        return not is_alive(int(process))
    return time.time() - path.stat().st_mtime > _SILENT_SECONDS


def check_file(path: str | Path, kind: str, remedy: str) -> None:
    """Check that there is a file that can be opened, and that it is not text.

    Parameters
    ----------
    path : path
    kind : str
        What it is to be, such as ``Parquet``.
    remedy : str
        How to get it where it is missing.

    Raises
    ------
    ArtifactError
        In one line that names the file and what to do.
    """
    place = Path(path)
    if place.is_dir():
        raise ArtifactError(f"{path}: is a folder; give a {kind} file in it")
    try:
        with place.open("rb") as file:
            start = file.read(512)
    except FileNotFoundError:
        raise ArtifactError(f"{path}: is missing; {remedy}") from None
    except OSError as error:
        raise ArtifactError(
            f"{path}: cannot be opened ({error.strerror or error}); mend its permissions"
        ) from error
    if place.suffix in _TEXT and not start.startswith(b"PAR1"):
        other = place.with_suffix(".parquet")
        beside = f": {other}" if other.is_file() else ""
        raise ArtifactError(
            f"{path}: is {_TEXT[place.suffix]}, no {kind} file; give the .parquet file of the same"
            f" table{beside}"
        )


# How ``replacing`` names a temporary file, and how earlier versions did.
_WRITER = re.compile(r"\.(\d+)(?:@(.+))?\.tmp$")
_SILENT_SECONDS = 3600.0
_TEXT = {
    ".csv": "CSV",
    ".tsv": "text",
    ".txt": "text",
    ".html": "HTML",
    ".tex": "LaTeX",
    ".json": "JSON",
    ".yaml": "YAML",
}
