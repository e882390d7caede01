"""Writing files so that a reader never sees an incomplete one."""

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
