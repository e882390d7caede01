"""``fcflow measure``: progress while it runs, results when it is done."""

import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from fcflow.errors import FcflowError, InputError
from fcflow.extras import paper_extra
from fcflow.own.folder import measure_folder
from fcflow.own.page import write_page
from fcflow.own.request import as_options, settings_of
from fcflow.own.terminal import show

with paper_extra():
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

INTERRUPTED = 130  # what shells call a command that Ctrl-C ended
_BAD_INPUT = 1


def run(options: Mapping[str, Any], folder: str | Path, device: str) -> int:
    """Measure what the options ask for, and return the exit code.

    Parameters
    ----------
    options : mapping
        See :func:`~fcflow.own.request.settings_of`.
    folder : path
        Where results are written.
    device : {"auto", "cpu", "cuda"}

    Returns
    -------
    int
        0; 1 after one line about what has to be mended; 130 after Ctrl-C.
    """
    # The streams as they are now: steps write into a log meanwhile.
    console = Console(file=sys.stdout, emoji=False)
    told = Console(file=sys.stderr, soft_wrap=True, emoji=False)
    path, done = Path(folder), 0

    def progressed(measured: int, pairs: int) -> None:
        nonlocal done
        done = measured
        bar.update(task, completed=measured, total=pairs)

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("pairs,"),
        TimeElapsedColumn(),
        TextColumn("so far, left"),
        TimeRemainingColumn(),
    )
    try:
        section = settings_of(options)
        granted = _granted(device)
        with Progress(
            *columns,
            console=told,
            transient=True,
            disable=not told.is_terminal,
            redirect_stdout=False,
            redirect_stderr=False,
        ) as bar:
            task = bar.add_task("measuring", total=None)
            measured = measure_folder(section, path, device=granted, told=progressed)
        show(measured, console)
        page = path / "index.html"
        write_page(measured, path.resolve().name, _made_from(options), page)
        paths = f"{path}/experiments.parquet, attacks.parquet, … and {page}"
        console.print(paths, markup=False, highlight=False, soft_wrap=True)
    except FcflowError as error:
        text = as_options(str(error), path.resolve().name)
        told.print(f"fcflow measure: {text}", markup=False, highlight=False)
        return _BAD_INPUT
    except KeyboardInterrupt:
        told.print(
            f"stopped: {done} pairs are measured and stay in {path}; the same command goes on",
            markup=False,
            highlight=False,
        )
        return INTERRUPTED
    except Exception as error:  # of a model that fails at some inputs, or a fault of ours
        last = traceback.format_exception_only(error)[-1].strip().splitlines() or [repr(error)]
        told.print(f"fcflow measure: {last[0]}{_kept(path)}", markup=False, highlight=False)
        return _BAD_INPUT
    return 0


def _kept(folder: Path) -> str:
    """Write the traceback of what is being handled into the folder's log, and say so."""
    log = folder / "log.txt"
    try:
        with log.open("a", encoding="utf-8") as file:
            file.write(traceback.format_exc())
    except OSError:
        return ""
    return f"; where it happened is in {log}"


def _granted(device: str) -> str:
    """Return the device to compute on."""
    if device not in ("auto", "cpu", "cuda"):
        raise InputError(f"--device: must be auto, cpu or cuda, got {device!r}")
    there = device != "cpu" and torch.cuda.is_available()
    if device == "cuda" and not there:
        raise InputError("--device: there is no GPU that PyTorch can use; leave it out, or say cpu")
    return "cuda" if there else "cpu"


def _made_from(options: Mapping[str, Any]) -> str:
    """Return what was asked for, as options."""
    given = {key: value for key, value in options.items() if value not in (None, "", [], ())}
    words = [
        f"{key} {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for key, value in given.items()
    ]
    return "Measured with fcflow: " + "; ".join(words) + "."
