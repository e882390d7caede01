"""What "not reproduced" means of a claim: refuted, or too little measured to tell."""

import math
from collections import Counter
from enum import StrEnum

from fcflow.paper.claims.bands import Bands, Range
from fcflow.stats import Estimate


class Refuted(StrEnum):
    """How strongly a claim that is not reproduced is contradicted."""

    WHOLE = "the whole interval lies outside what counts: more runs would not change that"
    WIDE = (
        "the interval is wide and reaches what counts: more runs could decide otherwise, so that"
        " this is not shown rather than refuted"
    )
    WORDS = "a condition in words is not met, which an interval says nothing about"


def refuted(estimate: Estimate, bands: Bands) -> Refuted:
    """Return what an estimate says against a claim that is not reproduced.

    Parameters
    ----------
    estimate : Estimate
    bands : Bands
        What counts as reproduced, and with deviation.

    Examples
    --------
    >>> bands = Bands((-math.inf, 0.15), (-math.inf, 0.3))
    >>> refuted(Estimate(0.4, 0.28, 0.5, 9), bands).name
    'WIDE'
    >>> refuted(Estimate(0.4, 0.35, 0.5, 9), bands).name
    'WHOLE'
    """
    counting = [band for band in (bands.reproduced, bands.deviation) if band]
    ends = [end for end in (estimate.low, estimate.high) if math.isfinite(end)]
    if not counting or not ends or any(_inside(estimate.value, band) for band in counting):
        return Refuted.WORDS
    reached = any(min(ends) <= high and max(ends) >= low for low, high in counting)
    return Refuted.WIDE if reached else Refuted.WHOLE


def _inside(value: float, band: Range) -> bool:
    return band[0] <= value <= band[1]


def in_a_sentence(every: list[Refuted]) -> str:
    """Return how many of the claims that are not reproduced are refuted, and how many are not.

    Examples
    --------
    >>> in_a_sentence([Refuted.WHOLE, Refuted.WIDE, Refuted.WHOLE])
    'Of 3 not reproduced, 2 are contradicted by their whole interval; of 1 it reaches what counts.'
    """
    counts = Counter(every)
    clauses = [
        f"{counts[Refuted.WHOLE]} are contradicted by their whole interval",
        *([f"of {counts[Refuted.WIDE]} it reaches what counts"] if counts[Refuted.WIDE] else []),
        *([f"of {counts[Refuted.WORDS]} words decide"] if counts[Refuted.WORDS] else []),
    ]
    return f"Of {len(every)} not reproduced, {'; '.join(clauses)}." if every else ""
