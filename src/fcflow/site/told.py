"""What an interval says of a claim that is not simply reproduced."""

import math
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from fcflow.paper.claims.bands import Bands, Range
from fcflow.stats import Estimate


class Told(StrEnum):
    """What the interval says of what the claim says, or the threshold that stands for it."""

    EXCLUDED = "The whole interval lies outside what counts, also with deviation."
    NEARLY = "The interval excludes what is asked for, and reaches what counts as deviation."
    UNDECIDED = "The interval reaches what is asked for and does not lie in it: undecided."
    WORDS = "Conditions in words decide this claim; they stand in its rule."


# In lists, where there is little room.
SHORT = {
    Told.EXCLUDED: "",
    Told.NEARLY: "interval excludes it",
    Told.UNDECIDED: "undecided: interval reaches it",
    Told.WORDS: "",
}


def told(estimate: Estimate, bands: Bands) -> Told:
    """Return what the interval says of a claim that is not reproduced, or with deviation.

    Parameters
    ----------
    estimate : Estimate
    bands : Bands
        What counts as reproduced, and with deviation.

    Examples
    --------
    >>> bands = Bands((-math.inf, 0.15), (-math.inf, 0.3))
    >>> [told(Estimate(0.4, low, 0.5, 9), bands).name for low in (0.35, 0.2, 0.1)]
    ['EXCLUDED', 'NEARLY', 'UNDECIDED']
    """
    ends = (estimate.low, estimate.high)
    if bands.reproduced is None or not all(map(math.isfinite, ends)):
        return Told.WORDS
    if _met(estimate, bands.reproduced):
        return Told.WORDS
    if _meet(ends, bands.reproduced):
        return Told.UNDECIDED
    near = bands.deviation is not None and _meet(ends, bands.deviation)
    return Told.NEARLY if near else Told.EXCLUDED


def _met(estimate: Estimate, band: Range) -> bool:
    """Return whether an interval lies in a band, or holds the one value that is asked for."""
    low, high = band
    if low == high:
        return estimate.low <= low <= estimate.high
    return low <= estimate.low and estimate.high <= high


def _meet(one: Range, other: Range) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def in_a_sentence(what: str, every: Sequence[Told]) -> str:
    """Return how many claims of a verdict are excluded by their intervals, and how many not.

    Examples
    --------
    >>> print(in_a_sentence("not reproduced", [Told.EXCLUDED, Told.NEARLY, Told.UNDECIDED]))
    Of 3 not reproduced, the intervals of 2 exclude what is asked for, 1 is undecided.
    >>> in_a_sentence("with deviation", [])
    ''
    """
    if not every:
        return ""
    counts = Counter(every)
    excluded = counts[Told.EXCLUDED] + counts[Told.NEARLY]
    clauses = [
        f"the intervals of {excluded} exclude what is asked for" * bool(excluded),
        _are(counts[Told.UNDECIDED], "undecided"),
        _are(counts[Told.WORDS], "decided by conditions in words"),
    ]
    return f"Of {len(every)} {what}, {', '.join(filter(None, clauses))}."


def _are(count: int, what: str) -> str:
    return f"{count} {'is' if count == 1 else 'are'} {what}" * bool(count)
