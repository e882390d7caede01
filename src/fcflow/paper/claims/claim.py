"""How a claim is declared, and decided from the tables that it names."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TypeVar

import pandas as pd

from fcflow.artifacts.schema import Located
from fcflow.paper.claims.rules import Finding, Measured, Rule, Untested, untestable

Test = Callable[..., Measured | Untested]


@dataclass(frozen=True)
class Claim:
    """One claim of a paper.

    Attributes
    ----------
    id : str
        A short name.
    paper : str
        Which paper: ``FC``, on feature compression, or ``FO``, on first-order vulnerability.
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
    paper: str
    place: str
    statement: str
    statistic: str
    rule: Rule
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
        return self.rule.judge(self.test(**own, **options))


_CLAIMS: dict[str, Claim] = {}
AnyTest = TypeVar("AnyTest", bound=Test)


def claim(
    name: str,
    *,
    place: str,
    statement: str,
    statistic: str,
    rule: Rule,
    reads: Mapping[str, Located],
    paper: str = "FC",
) -> Callable[[AnyTest], AnyTest]:
    """Declare a claim above the function that measures it; see :class:`Claim`.

    The function returns a :class:`~fcflow.paper.claims.rules.Measured`, or an
    :class:`~fcflow.paper.claims.rules.Untested` where there is nothing to measure. All arguments
    but ``rule`` are literal: the workflow reads them without importing the module.
    """

    def declared(test: AnyTest) -> AnyTest:
        _CLAIMS[name] = Claim(name, paper, place, statement, statistic, rule, reads, test)
        return test

    return declared


def declared_claims(modules: Iterable[str]) -> list[Claim]:
    """Return the claims that these modules declare, in their order."""
    loaded = [import_module(module).__name__ for module in modules]
    return [one for module in loaded for one in _CLAIMS.values() if one.test.__module__ == module]
