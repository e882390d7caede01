"""A claim of equality up to a band: two curves coincide, a ratio is one."""

import math
from dataclasses import dataclass

from fcflow.paper.claims.rules import Rule
from fcflow.stats import Estimate


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
