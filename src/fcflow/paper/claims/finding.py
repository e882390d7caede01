"""What is found about a claim: what was measured, and the verdict on it."""

import math
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from fcflow.stats import Estimate


class Verdict(StrEnum):
    """The four verdicts."""

    REPRODUCED = "reproduced"
    DEVIATION = "reproduced with deviation"
    FAILED = "not reproduced"
    UNTESTABLE = "not testable here"


@dataclass(frozen=True)
class Finding:
    """What was measured about a claim.

    Attributes
    ----------
    estimate : Estimate
        The statistic, its interval and the number of observations.
    verdict : Verdict
    expected : str
        What the claim or the published value says.
    note : str
        What a reader must know beside the rule.
    """

    estimate: Estimate
    verdict: Verdict
    expected: str
    note: str = ""


NOTHING = Estimate(math.nan, math.nan, math.nan, 0)


def untestable(note: str, expected: str = "") -> Finding:
    """Return the finding of a claim about which nothing could be measured.

    Examples
    --------
    >>> untestable("no valid run").verdict.value
    'not testable here'
    """
    return Finding(NOTHING, Verdict.UNTESTABLE, expected, note)


def estimate_of(row: pd.Series) -> Estimate:
    """Return the estimate in a table's row.

    Examples
    --------
    >>> estimate_of(pd.Series({"estimate": 0.5, "low": 0.4, "high": 0.6, "n": 9}))
    Estimate(value=0.5, low=0.4, high=0.6, n=9)
    """
    return Estimate(float(row["estimate"]), float(row["low"]), float(row["high"]), int(row["n"]))


def graded(held: bool, close: bool) -> Verdict:
    """Return the verdict of a claim that holds, holds nearly, or does not.

    Examples
    --------
    >>> graded(held=False, close=True).value
    'reproduced with deviation'
    """
    if held:
        return Verdict.REPRODUCED
    return Verdict.DEVIATION if close else Verdict.FAILED


@dataclass(frozen=True)
class Measured:
    """What a claim's function found.

    Attributes
    ----------
    estimate : Estimate
        The statistic, its interval and the number of observations.
    note : str
        What a reader must know beside the rule.
    held, close : bool
        Whether the conditions hold that the rule names beside the estimate: those for "reproduced",
        and those for "reproduced with deviation".
    """

    estimate: Estimate
    note: str = ""
    held: bool = True
    close: bool = True


@dataclass(frozen=True)
class Untested:
    """Why nothing could be measured."""

    note: str
