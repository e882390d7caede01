"""Writing files so that a reader never sees half of one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fcflow.errors import ArtifactError


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; when the block ends well, it replaces ``path`` in one step.

    The file is on disk before it gets its name. Two processes writing the same path do not disturb
    each other: the temporary name holds the process's number. When the block fails, ``path`` is as
    it was.

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
            f"{target}: could not be written ({error.strerror or error}); free some space or mend"
            " the folder's permissions and run again: nothing that was there is lost"
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()
