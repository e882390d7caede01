"""The scale of a strip: which numbers it spans, where each lies, and what its axis says."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

_MARGIN = 0.08  # of the span, on both sides
_SAME = 1e-9  # numbers that are nearer to each other, or to zero, are not told apart
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """A linear scale from ``low`` to ``high``, which is larger."""

    low: float
    high: float

    @classmethod
    def over(cls, numbers: Iterable[float]) -> "Scale":
        """Return the scale that shows all finite numbers, with a margin.

        Examples
        --------
        >>> Scale.over([0.0, 1.0, float("inf")])
        Scale(low=-0.08, high=1.08)
        """
        finite = [number for number in numbers if math.isfinite(number)]
        low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
        # A single number gets room of its own size, and rounding errors of zero that of a unit.
        size = max(abs(low), abs(high))
        if high - low <= _SAME * max(size, 1.0):
            room = 0.5 * size if size > _SAME else 1.0
            low, high = low - room, high + room
        margin = _MARGIN * (high - low)
        return cls(low - margin, high + margin)

    def percent(self, number: float) -> float:
        """Return where a number lies, 0 at the left end and 100 at the right; beyond, the end.

        Examples
        --------
        >>> Scale(0.0, 2.0).percent(0.5), Scale(0.0, 2.0).percent(float("-inf"))
        (25.0, 0.0)
        """
        inside = min(max(number, self.low), self.high)
        return round(100.0 * (inside - self.low) / (self.high - self.low), 3)

    def ticks(self, at_most: int = 5) -> list[float]:
        """Return round numbers within the scale.

        Examples
        --------
        >>> Scale(-0.1, 1.1).ticks()
        [0.0, 0.5, 1.0]
        """
        span = self.high - self.low
        size: float = 10.0 ** math.floor(math.log10(span / at_most))
        steps = (step * size for step in _STEPS)
        step = next(one for one in steps if span / one <= at_most - 1 or one == 10.0 * size)
        first = math.ceil(self.low / step)
        last = math.floor(self.high / step)
        digits = 2 - math.floor(math.log10(step))
        return [round(number * step, digits) + 0.0 for number in range(first, last + 1)]
