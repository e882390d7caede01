"""How a workflow script runs.

Its output goes to its log, and a failure is reported in one line on the terminal.
"""

import os
import resource
import socket
import sys
import traceback
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fcflow.errors import FcflowError
from fcflow.loading import load
from fcflow.memory import keep_freed_memory


def run(step: str, snakemake: Any) -> None:
    """Run a step as the script of a rule; see :func:`run_job`.

    Parameters
    ----------
    step : str
        A function that is declared to be one (:mod:`fcflow.steps`), as ``module:function``. It is
        imported here, so that a failing import is reported like any other failure.
    snakemake : object
        The object of this name that Snakemake provides to a script.
    """

    def execute(job: Any) -> None:
        from fcflow.steps import step_of  # loads pandas, whose import may fail too

        step_of(load(step)).execute(job)

    run_job(execute, snakemake)


def run_job(work: Callable[[Any], None] | str, snakemake: Any) -> None:
    """Do a script's work, and send all output, also that of C libraries, to the rule's log file.

    Parameters
    ----------
    work : callable, or str
        A function, or ``module:function``. It takes the ``snakemake`` object, with its ``input``,
        ``output``, ``params``, ``wildcards`` and ``resources``.
    snakemake : object
        The object of this name that Snakemake provides to a script.

    Raises
    ------
    SystemExit
        With status 1 after a failure. The log then holds the traceback, and the terminal shows the
        step, the error and the path of the log.
    """
    keep_freed_memory()
    log = Path(str(snakemake.log[0]))
    log.parent.mkdir(parents=True, exist_ok=True)

    # The file descriptors are replaced rather than sys.stdout and sys.stderr, because compiled code
    # and a traceback at exit write to the descriptors.
    sys.stdout.flush()
    sys.stderr.flush()
    terminal = os.dup(2)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)

    place = ", ".join(f"{name}={value}" for name, value in snakemake.wildcards.items())
    step_name = f"{snakemake.rule}{f' ({place})' if place else ''}"
    # Which steps of a cluster's job had begun, and where, when nothing else is heard of them.
    print(f"{step_name}: on {socket.gethostname()}, process {os.getpid()}", flush=True)  # noqa: T201

    try:
        (load(work) if isinstance(work, str) else work)(snakemake)
    except Exception as error:
        traceback.print_exc()
        # The last line of a longer message is the one that says what is wrong.
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        reason = lines[-1] if lines else type(error).__name__
        # The messages of fcflow's own errors are written for the user and need no type before them.
        kind = "" if type(error).__module__.startswith("fcflow.") else f"{type(error).__name__}: "
        message = f"fcflow: {step_name} failed: {kind}{reason}\n"
        sys.stderr.write(message)  # of a step on a cluster's node, the log is all that is seen
        sys.stderr.flush()
        os.write(terminal, f"\n{message}        log: {log}\n\n".encode())
        sys.exit(1)
    spent = resource.getrusage(resource.RUSAGE_SELF)
    asked = snakemake.resources.get("mem_mb")  # a user's own rule may not say
    print(  # noqa: T201 (into the log, where the benchmarks read it)
        f"{snakemake.rule}: {spent.ru_utime + spent.ru_stime:.2f} core-seconds, "
        f"{spent.ru_maxrss / 1024:.0f} MiB at most"
        + (f" of {asked} asked for" if asked is not None else "")
    )
    sys.stdout.flush()


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
