"""When a claim counts as reproduced, as data: sentence, verdict and picture follow from it."""

import math
from abc import ABC, abstractmethod
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


class Rule(ABC):
    """When a claim counts as reproduced, with deviation, or not."""

    @property
    @abstractmethod
    def sentence(self) -> str:
        """The rule in words."""

    @property
    @abstractmethod
    def expected(self) -> str:
        """What the claim, or the published value, says."""

    @property
    def allows_deviation(self) -> bool:
        """Whether the rule says when the claim is reproduced with deviation."""
        return True

    @abstractmethod
    def grade(self, estimate: Estimate) -> tuple[bool, bool]:
        """Return whether the estimate reproduces the claim, and whether it nearly does."""

    def judge(self, measured: Measured | Untested) -> Finding:
        """Return the finding.

        Examples
        --------
        >>> Near(-0.5, 0.1).judge(Measured(Estimate(-0.56, -0.58, -0.54, 90))).verdict.value
        'reproduced with deviation'
        """
        if isinstance(measured, Untested):
            return untestable(measured.note, self.expected)
        if math.isnan(measured.estimate.value):
            return untestable(measured.note or "nothing to estimate from", self.expected)
        held, close = self.grade(measured.estimate)
        nearly = self.allows_deviation and (held or close) and measured.close
        verdict = graded(held and measured.held, nearly)
        return Finding(measured.estimate, verdict, self.expected, measured.note)


@dataclass(frozen=True)
class Near(Rule):
    """The interval holds a value; with deviation, the estimate is within ``within`` of it."""

    value: float
    within: float
    shown: str = ""
    provided: str = ""

    @property
    def sentence(self) -> str:
        """The rule in words.

        Examples
        --------
        >>> Near(-0.5, 0.1).sentence
        'reproduced if the interval holds −0.5; with deviation if the estimate is within 0.1 of it'
        """
        return (
            f"reproduced if the interval holds {_number(self.value)}{_also(self.provided)}; with "
            f"deviation if the estimate is within {_number(self.within)} of it"
        )

    @property
    def expected(self) -> str:
        """The value."""
        return self.shown or _number(self.value)

    def grade(self, estimate: Estimate) -> tuple[bool, bool]:
        """Return whether the interval holds the value, and whether the estimate is near it."""
        held = estimate.low <= self.value <= estimate.high
        return held, abs(estimate.value - self.value) <= self.within


@dataclass(frozen=True)
class Within(Rule):
    """The estimate, whatever its interval, is near a value; with deviation, less so."""

    value: float
    closely: float
    loosely: float
    shown: str = ""

    @property
    def sentence(self) -> str:
        """The rule in words.

        Examples
        --------
        >>> Within(0.3, 0.03, 0.09).sentence
        'reproduced if the estimate is within 0.03 of 0.3; with deviation if it is within 0.09'
        """
        return (
            f"reproduced if the estimate is within {_number(self.closely)} of "
            f"{_number(self.value)}; with deviation if it is within {_number(self.loosely)}"
        )

    @property
    def expected(self) -> str:
        """The value."""
        return self.shown or _number(self.value)

    def grade(self, estimate: Estimate) -> tuple[bool, bool]:
        """Return whether the estimate is near the value, and whether it is at all."""
        distance = abs(estimate.value - self.value)
        return distance <= self.closely, distance <= self.loosely


@dataclass(frozen=True)
class Below(Rule):
    """The interval ends below a limit; with deviation, the estimate is below ``loosely``."""

    limit: float
    loosely: float
    shown: str = ""
    provided: str = ""

    @property
    def sentence(self) -> str:
        """The rule in words.

        Examples
        --------
        >>> Below(0.15, 0.3).sentence
        'reproduced if the interval ends below 0.15; with deviation if the estimate is below 0.3'
        """
        return (
            f"reproduced if the interval ends below {_number(self.limit)}{_also(self.provided)}; "
            f"with deviation if the estimate is below {_number(self.loosely)}"
        )

    @property
    def expected(self) -> str:
        """The limit."""
        return self.shown or f"≤ {_number(self.limit)}"

    def grade(self, estimate: Estimate) -> tuple[bool, bool]:
        """Return whether the interval is below the limit, and the estimate below the looser one."""
        # Of a single observation there is no interval, and the estimate decides.
        top = estimate.value if math.isnan(estimate.high) else estimate.high
        return top <= self.limit, estimate.value <= self.loosely


@dataclass(frozen=True)
class Above(Rule):
    """The interval begins above a limit; with deviation, the estimate is above ``loosely``."""

    limit: float
    loosely: float
    shown: str = ""
    provided: str = ""

    @property
    def sentence(self) -> str:
        """The rule in words.

        Examples
        --------
        >>> Above(0.9, 0.5).sentence
        'reproduced if the interval begins above 0.9; with deviation if the estimate is above 0.5'
        """
        return (
            f"reproduced if the interval begins above {_number(self.limit)}{_also(self.provided)}; "
            f"with deviation if the estimate is above {_number(self.loosely)}"
        )

    @property
    def expected(self) -> str:
        """The limit."""
        return self.shown or f"≥ {_number(self.limit)}"

    def grade(self, estimate: Estimate) -> tuple[bool, bool]:
        """Return whether the interval is above the limit, and the estimate above the looser one."""
        bottom = estimate.value if math.isnan(estimate.low) else estimate.low
        return bottom >= self.limit, estimate.value >= self.loosely


@dataclass(frozen=True)
class Always(Rule):
    """It happens every time it is tried."""

    what: str = "it happens every time"
    deviation: str = ""

    @property
    def sentence(self) -> str:
        """The rule in words."""
        nearly = f"; with deviation if {self.deviation}" if self.deviation else ""
        return f"reproduced if {self.what}{nearly}"

    @property
    def expected(self) -> str:
        """Every time."""
        return "1"

    @property
    def allows_deviation(self) -> bool:
        """Whether the rule says when the claim is reproduced with deviation."""
        return bool(self.deviation)

    def grade(self, estimate: Estimate) -> tuple[bool, bool]:
        """Return whether the share is one."""
        return estimate.value == 1.0, bool(self.deviation)


@dataclass(frozen=True)
class Conditions(Rule):
    """Conditions in words, which ``held`` and ``close`` of what was measured decide."""

    reproduced: str
    shown: str
    deviation: str = ""

    @property
    def sentence(self) -> str:
        """The rule in words."""
        nearly = f"; with deviation if {self.deviation}" if self.deviation else ""
        return f"reproduced if {self.reproduced}{nearly}"

    @property
    def expected(self) -> str:
        """What the claim says."""
        return self.shown

    @property
    def allows_deviation(self) -> bool:
        """Whether the rule says when the claim is reproduced with deviation.

        Examples
        --------
        >>> some_fail = Measured(Estimate(1, 1, 1, 9), held=False)
        >>> Conditions("all hold", "1").judge(some_fail).verdict.value
        'not reproduced'
        """
        return bool(self.deviation)

    def grade(self, estimate: Estimate) -> tuple[bool, bool]:
        """Leave the verdict to the conditions."""
        return True, bool(self.deviation)


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _also(condition: str) -> str:
    return f" and {condition}" if condition else ""
