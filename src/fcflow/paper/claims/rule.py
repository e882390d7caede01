"""What a rule is: when a claim counts as reproduced, in words and as a verdict."""

import math
from abc import ABC, abstractmethod

from fcflow.paper.claims.finding import Finding, Measured, Untested, graded, untestable
from fcflow.stats import Estimate


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
    def kind(self) -> str:
        """Whether ``expected`` is ``predicted`` by theory or a ``threshold`` of ours."""
        return "predicted"

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
        >>> from fcflow.paper.claims.rules import Near
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
