"""When a claim counts as reproduced, as data: sentence, verdict and picture follow from it."""

import math
from dataclasses import dataclass
from typing import ClassVar

from fcflow.paper.claims.rule import Rule
from fcflow.stats import Estimate


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
class _OneSided(Rule):
    """The interval lies on one side of a limit; with deviation, the estimate of a looser one.

    Attributes
    ----------
    limit, loosely : float
    shown : str
        What theory says, where it says something; else a threshold of ours is expected.
    provided : str
        A condition beside the limit, which ``held`` of what was measured decides.
    """

    limit: float
    loosely: float
    shown: str = ""
    provided: str = ""
    _sign: ClassVar[int]
    _end: ClassVar[str]
    _words: ClassVar[str]
    _symbol: ClassVar[str]

    @property
    def sentence(self) -> str:
        """The rule in words."""
        return (
            f"reproduced if the interval {self._words} {_number(self.limit)}{_also(self.provided)};"
            f" with deviation if the estimate is {self._words.split()[-1]} {_number(self.loosely)}"
        )

    @property
    def expected(self) -> str:
        """The limit."""
        return self.shown or f"{self._symbol} {_number(self.limit)}"

    @property
    def kind(self) -> str:
        """A prediction where theory's is shown, else a threshold."""
        return "predicted" if self.shown else "threshold"

    def grade(self, estimate: Estimate) -> tuple[bool, bool]:
        """Return whether the interval is beyond the limit, and the estimate the looser one."""
        end = getattr(estimate, self._end)
        # Of a single observation there is no interval, and the estimate decides.
        end = estimate.value if math.isnan(end) else end
        held = self._sign * end >= self._sign * self.limit
        return held, self._sign * estimate.value >= self._sign * self.loosely


@dataclass(frozen=True)
class Below(_OneSided):
    """The interval ends below a limit; with deviation, the estimate is below ``loosely``.

    Examples
    --------
    >>> Below(0.15, 0.3).sentence
    'reproduced if the interval ends below 0.15; with deviation if the estimate is below 0.3'
    """

    _sign, _end, _words, _symbol = -1, "high", "ends below", "≤"


@dataclass(frozen=True)
class Above(_OneSided):
    """The interval begins above a limit; with deviation, the estimate is above ``loosely``.

    Examples
    --------
    >>> Above(0.9, 0.5).sentence
    'reproduced if the interval begins above 0.9; with deviation if the estimate is above 0.5'
    """

    _sign, _end, _words, _symbol = 1, "low", "begins above", "≥"


@dataclass(frozen=True)
class Between(Rule):
    """The interval lies in a band; with deviation, the estimate does.

    An interval that holds a value is wide where little was measured, and then says little; one that
    lies in a band has to be narrow too.

    Attributes
    ----------
    low, high : float
        The band's ends.
    shown : str
        What the claim says.
    """

    low: float
    high: float
    shown: str

    @property
    def sentence(self) -> str:
        """The rule in words.

        Examples
        --------
        >>> Between(0.8, 1.25, "1").sentence
        'reproduced if the interval lies in 0.8 to 1.25; with deviation if the estimate does'
        """
        return (
            f"reproduced if the interval lies in {self.low:g} to {self.high:g}; with deviation if"
            " the estimate does"
        )

    @property
    def expected(self) -> str:
        """What the claim says."""
        return self.shown

    def grade(self, estimate: Estimate) -> tuple[bool, bool]:
        """Return whether the interval lies in the band, and whether the estimate does.

        Examples
        --------
        >>> Between(0.8, 1.25, "1").grade(Estimate(1.1, 0.7, 1.2, 9))
        (False, True)
        """
        inside = self.low <= estimate.value <= self.high
        # Of a single observation there is no interval, and the estimate decides.
        bounds = [bound for bound in (estimate.low, estimate.high) if not math.isnan(bound)]
        return inside and all(self.low <= bound <= self.high for bound in bounds), inside


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
        >>> from fcflow.paper.claims.finding import Measured
        >>> some_fail = Measured(Estimate(1, 1, 1, 9), held=False)
        >>> Conditions("all hold", "1").judge(some_fail).verdict.value
        'not reproduced'
        """
        return bool(self.deviation)

    def grade(self, estimate: Estimate) -> tuple[bool, bool]:
        """Leave the verdict to the conditions."""
        return True, bool(self.deviation)


@dataclass(frozen=True)
class Always(Conditions):
    """It happens every time it is tried."""

    reproduced: str = "it happens every time"
    shown: str = "1"

    def grade(self, estimate: Estimate) -> tuple[bool, bool]:
        """Return whether the share is one.

        Examples
        --------
        >>> Always("all are").grade(Estimate(0.9, 0.8, 1.0, 50))
        (False, False)
        """
        return estimate.value == 1.0, bool(self.deviation)


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _also(condition: str) -> str:
    return f" and {condition}" if condition else ""
