"""What a claim is, what is found about it, and how verdicts are reached."""

import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Any, TypeVar

import pandas as pd

from fcflow.artifacts.schema import Located
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


Test = Callable[..., Any]


@dataclass(frozen=True)
class Claim:
    """One claim of the paper.

    Attributes
    ----------
    id : str
        A short name.
    place : str
        Where in the paper.
    statement : str
        The claim in one sentence.
    statistic : str
        What is measured.
    rule : Rule
        When it counts as reproduced, with deviation, or not.
    reads : mapping
        From the parameters of ``test`` to the tables that it is decided from.
    test : callable
        From these tables to what was measured. Keyword-only parameters ``level`` and ``resamples``
        are given the configuration's.
    """

    id: str
    place: str
    statement: str
    statistic: str
    rule: Any
    reads: Mapping[str, Located]
    test: Test

    @property
    def paths(self) -> list[str]:
        """The files that it is decided from."""
        return [located.path for located in self.reads.values()]

    def decide(self, tables: Mapping[str, pd.DataFrame], **statistics: float) -> Finding:
        """Return what is found about the claim, from all tables by their paths."""
        empty = [path for path in self.paths if tables[path].empty]
        if empty:
            return untestable(f"no rows in {', '.join(empty)}")
        own = {name: tables[located.path] for name, located in self.reads.items()}
        takes = inspect.signature(self.test).parameters
        options = {name: value for name, value in statistics.items() if name in takes}
        finding: Finding = self.rule.judge(self.test(**own, **options))
        return finding


_CLAIMS: dict[str, Claim] = {}
AnyTest = TypeVar("AnyTest", bound=Test)


def claim(
    name: str,
    *,
    place: str,
    statement: str,
    statistic: str,
    rule: Any,
    reads: Mapping[str, Located],
) -> Callable[[AnyTest], AnyTest]:
    """Declare a claim above the function that measures it; see :class:`Claim`.

    The function returns a :class:`~fcflow.paper.claims.rules.Measured`, or an
    :class:`~fcflow.paper.claims.rules.Untested` where there is nothing to measure. All arguments
    but ``rule`` are literal: the workflow reads them without importing the module.
    """

    def declared(test: AnyTest) -> AnyTest:
        _CLAIMS[name] = Claim(name, place, statement, statistic, rule, reads, test)
        return test

    return declared


def declared_claims(modules: Iterable[str]) -> list[Claim]:
    """Return the claims that these modules declare, in their order."""
    loaded = [import_module(module).__name__ for module in modules]
    return [one for module in loaded for one in _CLAIMS.values() if one.test.__module__ == module]


@dataclass(frozen=True)
class LegacyClaim:
    """A claim whose rule is a sentence and a function that decides it."""

    id: str
    place: str
    statement: str
    statistic: str
    rule: str
    artifacts: tuple[str, ...]
    test: Test


class Claims(list[LegacyClaim]):
    """The claims of one part of the paper, in its order."""

    def add(
        self,
        name: str,
        place: str,
        statement: str,
        *,
        statistic: str,
        rule: str,
        artifacts: tuple[str, ...],
    ) -> Callable[[Test], Test]:
        """Declare a claim above the function that decides it."""

        def declared(test: Test) -> Test:
            self.append(LegacyClaim(name, place, statement, statistic, rule, artifacts, test))
            return test

        return declared


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


def near(
    estimate: Estimate, expected: float, tolerance: float, note: str = "", shown: str | None = None
) -> Finding:
    """Judge whether an estimate is a value: its interval holds it, or it is within ``tolerance`` of it (deviation).

    Examples
    --------
    >>> near(Estimate(-0.52, -0.55, -0.49, 90), -0.5, 0.1).verdict.value
    'reproduced'
    >>> near(Estimate(-0.56, -0.58, -0.54, 90), -0.5, 0.1).verdict.value
    'reproduced with deviation'
    """
    told = f"{expected:g}" if shown is None else shown
    if math.isnan(estimate.value):
        return untestable(note or "nothing to estimate from", told)
    held = estimate.low <= expected <= estimate.high
    close = abs(estimate.value - expected) <= tolerance
    return Finding(estimate, graded(held, close), told, note)


def below(
    estimate: Estimate, limit: float, loose: float, note: str = "", shown: str | None = None
) -> Finding:
    """Judge whether an estimate's interval lies below a limit, or the estimate below a looser one (deviation).

    Examples
    --------
    >>> below(Estimate(0.02, 0.01, 0.03, 20), 0.05, 0.1).verdict.value
    'reproduced'
    """
    told = f"≤ {limit:g}" if shown is None else shown
    if math.isnan(estimate.value):
        return untestable(note or "nothing to estimate from", told)
    top = estimate.value if math.isnan(estimate.high) else estimate.high
    return Finding(estimate, graded(top <= limit, estimate.value <= loose), told, note)


def always(estimate: Estimate, note: str = "") -> Finding:
    """Judge whether something happens every time it was tried.

    Examples
    --------
    >>> always(Estimate(1.0, 0.99, 1.0, 500)).verdict.value, always(Estimate(0.99, 0.98, 1.0, 500)).verdict.value
    ('reproduced', 'not reproduced')
    """
    if math.isnan(estimate.value):
        return untestable(note or "nothing was tried", "1")
    return Finding(estimate, graded(estimate.value == 1.0, close=False), "1", note)


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
