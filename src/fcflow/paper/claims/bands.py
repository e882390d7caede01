"""What counts as reproduced, as ranges of the estimate, which a strip can show."""

import math
from dataclasses import dataclass
from functools import singledispatch

from fcflow.paper.claims.rule import Rule
from fcflow.paper.claims.rules import Above, Always, Below, Between, Near, Within

Range = tuple[float, float]


@dataclass(frozen=True)
class Bands:
    """Ranges on the scale of a claim's estimate.

    Attributes
    ----------
    reproduced : (float, float), optional
        Where the claim counts as reproduced; of one point, the value that an interval has to hold.
        A side without a limit is infinite. Nothing where words decide, not a range.
    deviation : (float, float), optional
        Where it counts as reproduced with deviation.
    """

    reproduced: Range | None = None
    deviation: Range | None = None

    @property
    def edges(self) -> list[float]:
        """The ends that are finite."""
        ends = [*(self.reproduced or ()), *(self.deviation or ())]
        return [end for end in ends if math.isfinite(end)]


@singledispatch
def bands_of(rule: Rule) -> Bands:
    """Return the ranges that a rule names; none for a rule of conditions in words.

    Examples
    --------
    >>> bands_of(Below(0.15, 0.3))
    Bands(reproduced=(-inf, 0.15), deviation=(-inf, 0.3))
    """
    return Bands()


@bands_of.register
def _(rule: Near) -> Bands:
    return Bands((rule.value, rule.value), _around(rule.value, rule.within))


@bands_of.register
def _(rule: Within) -> Bands:
    return Bands(_around(rule.value, rule.closely), _around(rule.value, rule.loosely))


@bands_of.register
def _(rule: Below) -> Bands:
    return Bands((-math.inf, rule.limit), (-math.inf, rule.loosely))


@bands_of.register
def _(rule: Above) -> Bands:
    return Bands((rule.limit, math.inf), (rule.loosely, math.inf))


@bands_of.register
def _(rule: Between) -> Bands:
    return Bands((rule.low, rule.high), (rule.low, rule.high))


@bands_of.register
def _(rule: Always) -> Bands:
    return Bands((1.0, 1.0))


def _around(value: float, distance: float) -> Range:
    return value - distance, value + distance
