"""How a workflow script runs: its output goes to its log, and a failure is told in one line on the terminal."""

import ctypes
import os
import sys
import traceback
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fcflow.errors import FcflowError

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # names of mallopt's parameters
_NEVER = 2**30  # bytes


def run_job(step: Callable[[Any], None], snakemake: Any) -> None:
    """Run a script's step with everything it prints, C libraries included, sent to the rule's log file.

    Parameters
    ----------
    step : callable
        Takes the ``snakemake`` object: ``input``, ``output``, ``params``, ``wildcards``,
        ``resources``.
    snakemake : object
        What Snakemake puts into a script.

    Raises
    ------
    SystemExit
        With status 1 after a failure. The log then holds the traceback, and the terminal has one
        line with the step, the error and the log's path.
    """
    _keep_freed_memory()
    log = Path(str(snakemake.log[0]))
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    terminal = os.dup(2)
    # The file descriptors are replaced, not sys.stderr: a traceback at exit and compiled code write
    # to them too.
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    try:
        step(snakemake)
    except Exception as error:
        traceback.print_exc()
        sys.stderr.flush()
        place = ", ".join(f"{name}={value}" for name, value in snakemake.wildcards.items())
        lines = [line for line in str(error).splitlines() if line.strip()]
        told = lines[-1].strip() if lines else type(error).__name__
        name = "" if type(error).__module__.startswith("fcflow.") else f"{type(error).__name__}: "
        told = (
            f"\nfcflow: {snakemake.rule}{f' ({place})' if place else ''} failed: {name}{told}\n    "
            f"    log: {log}\n\n"
        )
        os.write(terminal, told.encode())
        sys.exit(1)


def plain_matplotlib() -> dict[str, str]:
    """Return the environment variables that keep a user's settings of matplotlib out of a process.

    A notebook sets ``MPLBACKEND`` to a module that may not be installed here, and a
    ``matplotlibrc`` changes what figures look like; either may stop matplotlib from being imported.

    Raises
    ------
    FcflowError
        If the working directory has a ``matplotlibrc`` that is no text: matplotlib reads that one
        whatever the environment says.
    """
    try:
        Path("matplotlibrc").read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise FcflowError(
            f"{Path('matplotlibrc').resolve()}: is not UTF-8 text, with which matplotlib does not"
            " start; save it as UTF-8 or move it elsewhere"
        ) from None
    except OSError:
        pass
    own = find_spec("matplotlib")
    folder = Path(own.origin).parent if own and own.origin else Path()
    return {"MPLBACKEND": "agg", "MATPLOTLIBRC": str(folder / "mpl-data" / "matplotlibrc")}


def _keep_freed_memory() -> None:
    """Let the C library keep large arrays that were freed for the next ones, where it is one that can be told.

    By default glibc returns each to the system, and every page of the next has to be made anew: on
    the CPU that took a sixth of the training of a convolutional network.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _NEVER)
        mallopt(_TRIM_THRESHOLD, _NEVER)
