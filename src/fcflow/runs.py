"""Which runs of the workflow are alive, so that the lock of one that was killed is known as such.

Snakemake locks a folder while it works there, and its lock does not say whose it is. So each run
leaves a file of its own in ``.snakemake/fcflow`` for as long as it lives.
"""

import atexit
import os
import socket
from contextlib import suppress
from pathlib import Path

_STATE = Path(".snakemake")


def begin_run(folder: str | Path = ".") -> None:
    """Leave this process's file in a folder that is not locked; it is removed when it ends."""
    if _locks(folder):
        return
    records = Path(folder) / _STATE / "fcflow"
    for record in records.glob("*"):
        if _owner_is_dead(record):
            record.unlink(missing_ok=True)
    own = (records / f"{os.getpid()}@{socket.gethostname()}").resolve()
    with suppress(OSError):  # a folder that is only read is not locked either
        records.mkdir(parents=True, exist_ok=True)
        own.write_text(_started(os.getpid()), encoding="utf-8")
    atexit.register(_end_run, os.getpid(), own)


def _end_run(process: int, record: Path) -> None:
    if process == os.getpid():  # and not a fork of it
        record.unlink(missing_ok=True)


def abandoned_lock(folder: str | Path = ".") -> str | None:
    """Return in one line that a folder is locked by a process that is gone, or nothing.

    A lock is taken for another run's where one is alive, or where one began on another host.
    """
    records = sorted((Path(folder) / _STATE / "fcflow").glob("*"))
    if not _locks(folder) or not records or not all(map(_owner_is_dead, records)):
        return None
    process, _, host = records[-1].name.partition("@")
    return (
        f"fcflow: the lock of this folder is that of a Snakemake that was killed (process {process}"
        f" on {host}); remove it: snakemake --unlock"
    )


def unlock(folder: str | Path = ".") -> bool:
    """Remove the lock of a process that is gone; return whether there was one."""
    if not abandoned_lock(folder):
        return False
    for file in [*_locks(folder), *(Path(folder) / _STATE / "fcflow").glob("*")]:
        file.unlink(missing_ok=True)
    return True


def is_alive(process: int) -> bool:
    """Return whether there is a process of this number on this host."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True


def _locks(folder: str | Path) -> list[Path]:
    return sorted((Path(folder) / _STATE / "locks").glob("*.lock"))


def _owner_is_dead(record: Path) -> bool:
    process, _, host = record.name.partition("@")
    if host != socket.gethostname() or not process.isdecimal():
        return False
    try:
        started = record.read_text(encoding="utf-8")
    except OSError:  # its owner has just ended
        return True
    return not is_alive(int(process)) or started != _started(int(process))


def _started(process: int) -> str:
    """Return when a process began, which tells it from a later one of the same number."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:  # not Linux
        return ""
    return state.rpartition(")")[2].split()[19]
