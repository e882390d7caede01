"""How a workflow script runs: its output goes to its log, and a failure is told in one line on the terminal."""

import ctypes
import os
import resource
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

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
        told = (str(error).splitlines() or [""])[-1] or type(error).__name__
        name = "" if type(error).__module__.startswith("fcflow.") else f"{type(error).__name__}: "
        told = (
            f"\nfcflow: {snakemake.rule}{f' ({place})' if place else ''} failed: {name}{told}\n    "
            f"    log: {log}\n\n"
        )
        os.write(terminal, told.encode())
        sys.exit(1)
    spent = resource.getrusage(resource.RUSAGE_SELF)
    print(  # noqa: T201 (into the log, where the benchmarks read it)
        f"{snakemake.rule}: {spent.ru_utime + spent.ru_stime:.2f} core-seconds, "
        f"{spent.ru_maxrss / 1024:.0f} MiB at most"
    )
    sys.stdout.flush()


def _keep_freed_memory() -> None:
    """Let the C library keep large arrays that were freed for the next ones, where it is one that can be told.

    By default glibc returns each to the system, and every page of the next has to be made anew: on
    the CPU that took a sixth of the training of a convolutional network.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _NEVER)
        mallopt(_TRIM_THRESHOLD, _NEVER)
