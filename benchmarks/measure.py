"""Timing on a machine that does other work as well.

Both implementations run in turn. Times are medians over the repetitions, and a ratio is the median
of the ratios of runs that followed each other.
"""

import gc
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple


class Pair(NamedTuple):
    """Median seconds of two implementations, and the ratio of plain over ours with its range."""

    ours_s: float
    plain_s: float
    ratio: float
    ratio_low: float
    ratio_high: float


def seconds(work: Callable[[], object]) -> float:
    """Run once, without the garbage collector, and return the wall time in seconds."""
    gc.collect()
    gc.disable()
    start = time.perf_counter()
    work()
    elapsed = time.perf_counter() - start
    gc.enable()
    return elapsed


def median_seconds(work: Callable[[], object], repetitions: int = 5) -> float:
    """Return the median of several runs, after one that is not counted."""
    work()
    return statistics.median(seconds(work) for _ in range(repetitions))


def compare(ours: Callable[[], object], plain: Callable[[], object], repetitions: int = 5) -> Pair:
    """Time two implementations in turn, after one run of both that is not counted."""
    ours()
    plain()
    times = [(seconds(ours), seconds(plain)) for _ in range(repetitions)]
    ratios = [slow / fast for fast, slow in times]
    return Pair(
        statistics.median(fast for fast, _ in times),
        statistics.median(slow for _, slow in times),
        statistics.median(ratios),
        min(ratios),
        max(ratios),
    )
