"""What went wrong in a run's steps, told last on the terminal, wherever they ran.

A step writes its error into its log. Where it runs on a cluster's node that is all that arrives;
where it runs here, Snakemake has written much about it since.
"""

import atexit
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

_MOST = 10  # messages; further ones are counted
_FAILED = re.compile(r"^fcflow: .* failed: .*$", flags=re.M)
_BEGUN = re.compile(r"^(\w+(?: \(.*\))?): on \S+, process \d+$", flags=re.M)
_ENDED = re.compile(r"^\w+: [\d.]+ core-seconds, \d+ MiB at most( of \d+ asked for)?$", flags=re.M)
_STOPPED = "stopped without an error of its own: killed, out of memory or over its time"


class LastWords:
    """Lines that this process writes when it ends, after everything else."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._asked: list[Callable[[], str | None]] = []
        # What is registered first is called last: before Snakemake's executor has come to be.
        atexit.register(self._tell)

    def add(self, lines: Iterable[str]) -> None:
        """Add lines."""
        self._lines += lines

    def at_end(self, line: Callable[[], str | None]) -> None:
        """Ask for a line when everything is over."""
        self._asked.append(line)

    def _tell(self) -> None:
        self._lines += [line for asked in self._asked if (line := asked())]
        if self._lines:
            sys.stdout.flush()
            sys.stderr.write("\n" + "\n".join(self._lines) + "\n")
            sys.stderr.flush()


def failures(jobs: Iterable[Any]) -> list[str]:
    """Return two lines for each step that failed: its own error, and where its log is.

    Parameters
    ----------
    jobs : iterable
        Snakemake's jobs, or groups of them, which have ``log``.
    """
    logs = sorted({str(log) for job in jobs for log in job.log})
    told = [words for log in logs for words in _words(Path(log))]
    lines = [line for message, log in told[:_MOST] for line in (message, f"        log: {log}")]
    return lines + ([f"fcflow: and {len(told) - _MOST} further steps"] if len(told) > _MOST else [])


def _words(log: Path) -> Iterator[tuple[str, str]]:
    """Give what a log says of a step that failed; nothing of one that succeeded or never began."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    if own := _FAILED.findall(text):
        yield own[-1], str(log)
    elif (begun := _BEGUN.findall(text)) and not _ENDED.search(text):
        yield f"fcflow: {begun[-1]} {_STOPPED}", str(log)
