"""Writing files so that no reader sees an incomplete one, and saying what is no such file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fcflow.errors import ArtifactError


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path, whose file replaces ``path`` when the block ends without an error.

    The file is on disk before it gets its name. If the block fails, ``path`` stays as it was. Two
    processes may write the same path at the same time, because the temporary name contains the
    process's number.

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
    part = target.with_name(f"{target.name}.{os.getpid()}.tmp")
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


_TEXT = {
    ".csv": "CSV",
    ".tsv": "text",
    ".txt": "text",
    ".html": "HTML",
    ".tex": "LaTeX",
    ".json": "JSON",
    ".yaml": "YAML",
}
