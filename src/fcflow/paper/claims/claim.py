"""How a claim is declared, and decided from the tables that it names."""

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any, TypeVar

import pandas as pd

from fcflow.artifacts.schema import Located
from fcflow.declared import experiments_of, filled, is_pattern
from fcflow.paper.claims.finding import Finding, Measured, Untested, untestable
from fcflow.paper.claims.rule import Rule
from fcflow.paper.published import shown

NOT_IN_THE_PAPER = "not in the paper"
Test = Callable[..., Measured | Untested]


@dataclass(frozen=True)
class Claim:
    """One claim of a paper.

    Attributes
    ----------
    id : str
        A short name.
    paper : str
        Which paper: ``FC``, on feature compression, or ``FO``, on first-order vulnerability; ``OQ``
        for questions that both leave open, whose statements and rules are ours.
    place : str
        Where in the paper. It has the words :data:`NOT_IN_THE_PAPER` where the claim is not the
        paper's, but belongs there.
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
        are given the configuration's, ``settings`` those that claims name in ``differs``.
    published : float, optional
        The number that the paper prints.
    differs : str
        What differs from the paper. It may name settings, such as ``{linear.batch_size}``.
    fixed : str
        When the rule was fixed, and whether before its numbers were seen, such as
        ``"2026-11-21, before (f1a6e47)"``; or ``"… after quick runs …"``, or ``"… after …"``. In
        brackets stands the commit.
    part : str
        Of the ledger, such as ``linear``.
    sample : str
        What was drawn or trained to decide it. Claims of one sample are not independent.
    evidence : sequence of str
        Tables and figures that show it, beside those that follow from ``reads``.
    """

    id: str
    paper: str
    place: str
    statement: str
    statistic: str
    rule: Rule
    reads: Mapping[str, Located]
    test: Test
    published: float | None = None
    differs: str = ""
    fixed: str = ""
    part: str = ""
    sample: str = ""
    evidence: Sequence[str] = field(default=())

    @property
    def function(self) -> str:
        """The function that decides it, as ``module:function``."""
        return f"{self.test.__module__}:{self.test.__qualname__}"

    @property
    def kind(self) -> str:
        """What ``expected`` is: ``published``, ``predicted``, ``own`` or a ``threshold``.

        It is a published number where the rule says that this is what it expects. What follows from
        a claim that no paper makes is our ``own`` prediction; thresholds are always ours.
        """
        if self.published is not None and self.rule.expected == shown(self.published):
            return "published"
        ours = self.paper == "OQ" or NOT_IN_THE_PAPER in self.place
        return "own" if ours and self.rule.kind == "predicted" else self.rule.kind

    @property
    def paths(self) -> list[str]:
        """The files that it is decided from."""
        return [located.path for located in self.reads.values()]

    def decide(
        self,
        tables: Mapping[str, pd.DataFrame],
        *,
        settings: Mapping[str, Any] | None = None,
        **statistics: float,
    ) -> Finding:
        """Return what is found about the claim, from all tables by their paths."""
        empty = [path for path in self.paths if tables[path].empty]
        if empty:
            return untestable(f"no rows in {', '.join(empty)}")
        own = {name: tables[located.path] for name, located in self.reads.items()}
        takes = inspect.signature(self.test).parameters
        given = {**statistics, "settings": settings or {}}
        options = {name: value for name, value in given.items() if name in takes}
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
    published: float | None = None,
    differs: str | None = None,
    fixed: str | None = None,
    sample: str | None = None,
    evidence: Sequence[str] = (),
) -> Callable[[AnyTest], AnyTest]:
    """Declare a claim above the function that measures it; see :class:`Claim`.

    The function returns a :class:`~fcflow.paper.claims.finding.Measured`, or an
    :class:`~fcflow.paper.claims.finding.Untested` where there is nothing to measure. All arguments
    but ``rule`` and ``published`` are literal: the workflow reads them without importing the
    module. What all claims of a module have in common is said once, by its constants ``DIFFERS``,
    ``FIXED``, ``PART`` and ``SAMPLE``. By default the part is the name of the experiment's folder,
    and the sample that of the first table read.
    """

    def declared(test: AnyTest) -> AnyTest:
        said = {
            **{"part": _room(test.__module__), "differs": "", "fixed": ""},
            "sample": PurePosixPath(next(iter(reads.values())).path).stem,
            **_common(test.__module__),
        }
        own = {"differs": differs, "fixed": fixed, "sample": sample}
        said |= {key: value for key, value in own.items() if value is not None}
        _CLAIMS[name] = Claim(
            *(name, paper, place, statement, statistic, rule, reads, test, published),
            *(said["differs"], said["fixed"], said["part"], said["sample"], evidence),
        )
        return test

    return declared


def claims_for(claim: Claim, own: Sequence[str]) -> list[Claim]:
    """Return a claim, once for each of the user's sections where it is declared for them."""
    if not is_pattern(claim.id):
        return [claim]
    texts = ("id", "place", "statement", "differs", "part", "sample", "evidence")
    return [
        replace(
            claim,
            **{name: filled(getattr(claim, name), experiment) for name in texts},
            reads={
                name: replace(located, path=filled(located.path, experiment))
                for name, located in claim.reads.items()
            },
        )
        for experiment in experiments_of(claim.id, own)
    ]


def _common(module: str) -> dict[str, str]:
    """Return what a module's constants say of all its claims."""
    constants = vars(sys.modules[module])
    names = ("DIFFERS", "FIXED", "PART", "SAMPLE")
    return {name.lower(): constants[name] for name in names if name in constants}


def _room(module: str) -> str:
    """Return the folder that an experiment lies in, below that of all experiments on images."""
    above = module.split(".")[:-1]
    rooms = [room for room in above[2:] if room != "images"]
    return rooms[0] if rooms else ""


def declared_claims(modules: Iterable[str]) -> list[Claim]:
    """Return the claims that these modules declare, in their order."""
    loaded = [import_module(module).__name__ for module in modules]
    return [one for module in loaded for one in _CLAIMS.values() if one.test.__module__ == module]
