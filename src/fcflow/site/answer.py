"""The answer: why a classifier is fragile, and a sentence for each paper, from the verdicts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from fcflow.paper.claims.finding import Verdict
from fcflow.paper.phrases import several

# When a part of a paper is said to hold, and when not: shares of the claims that could be tested.
MOSTLY = 2 / 3
PAPERS = {
    "FC": "Feature compression",
    "FO": "Growth with input dimension",
    "OQ": "Beyond both papers",
}
# How a part of the ledger is called in a list; another one is named as it is.
PARTS = {
    "theory": "theory",
    "linear": "linear networks",
    "relu": "ReLU networks",
    "dimension": "networks that classify fresh points",
    "mnist": "MNIST",
    "imagenet": "ImageNet",
    "initialisation": "random networks",
    "resolution": "growing resolution",
    "regularisers": "penalties and augmentation",
    "pooling": "pooling",
    "kinks": "ReLU against GELU",
    "rise": "large attacks",
    "meeting": "where both explanations meet",
    "data": "data that are not Gaussian",
    "film": "the course of training",
    "architecture": "other architectures",
    "robust": "robust training",
    "explanations": "which explanation predicts fragility",
    "certified": "that perturbations found are the least",
}
# The claims that say how much each explanation predicts: between networks, and within one.
REGULARISED = "meeting-compression"
_BETWEEN = {"compression": REGULARISED, "the loss gradient": "meeting-mean-gradient"}
_WITHIN = "meeting-points"


@dataclass(frozen=True)
class Part:
    """The verdicts on one part of a paper.

    Attributes
    ----------
    name : str
    reproduced, deviation, failed : int
        How many claims; those that cannot be tested here are left out.
    """

    name: str
    reproduced: int
    deviation: int
    failed: int

    @property
    def total(self) -> int:
        """How many claims were tested."""
        return self.reproduced + self.deviation + self.failed

    @property
    def holds(self) -> bool:
        """Whether at least two thirds are reproduced and hardly any fails."""
        return self.reproduced >= MOSTLY * self.total and self.failed <= self.total / 10

    @property
    def fails(self) -> bool:
        """Whether at most one third is reproduced and some fail."""
        return self.reproduced <= (1 - MOSTLY) * self.total and self.failed > 0


def part_of(row: Mapping[str, Any]) -> str:
    """Return the part of its paper that a claim is about.

    Of the second paper, whose claims the ledger calls one part, it is the folder of the function
    that decides the claim.

    Examples
    --------
    >>> part_of({"part": "linear", "function": "fcflow.experiments.linear.claims:slope"})
    'linear'
    >>> rooms = "fcflow.experiments.vulnerability.pooling.claims:strides"
    >>> part_of({"part": "second paper", "function": rooms})
    'pooling'
    """
    part = str(row["part"])
    room = str(row["function"]).partition(":")[0].split(".")[-2]
    return room if room in PARTS else part


def parts_of(verdicts: pd.DataFrame) -> list[Part]:
    """Return the parts of a paper, in the order of :data:`PARTS`.

    Parameters
    ----------
    verdicts : DataFrame
        Rows of the ledger, of one paper.
    """
    parts = []
    for name, rows in verdicts.groupby(part_column(verdicts), sort=False):
        counts = Counter(rows["verdict"])
        kinds = (Verdict.REPRODUCED, Verdict.DEVIATION, Verdict.FAILED)
        parts.append(Part(str(name), *(counts[kind.value] for kind in kinds)))
    order = {name: place for place, name in enumerate(PARTS)}
    parts.sort(key=lambda part: order.get(part.name, len(order)))
    return [part for part in parts if part.total]


def part_column(verdicts: pd.DataFrame) -> pd.Series:
    """Return the part of each of the ledger's rows."""
    rows: list[Any] = verdicts.to_dict("records")
    return pd.Series([part_of(row) for row in rows], index=verdicts.index, dtype=object)


def answer(ledger: pd.DataFrame) -> list[str]:
    """Return why a classifier is fragile, where that was measured, and a sentence a paper.

    A paper's says what holds, what does not, and how many claims say so.

    Examples
    --------
    >>> rows = {"id": "a", "paper": "FC", "part": ["theory"] * 3 + ["mnist"], "function": "a.b:c"}
    >>> answer(pd.DataFrame(rows | {"verdict": ["reproduced"] * 3 + ["not reproduced"]}))[0]
    'Feature compression – holds: theory; not: MNIST. Of 4 claims: 3 reproduced, 1 not.'
    """
    papers = [name for name in PAPERS if (ledger["paper"] == name).any()]
    sentences = [_sentence(name, parts_of(ledger[ledger["paper"] == name])) for name in papers]
    return [*_why(ledger), *sentences]


def _why(ledger: pd.DataFrame) -> list[str]:
    """Return what both explanations predict of the least perturbation, where both are measured."""
    if "estimate" not in ledger:
        return []
    known: list[Any] = ledger.dropna(subset=["estimate"]).to_dict("records")
    rows = {row["id"]: row for row in known}
    found = {name: rows[claim] for name, claim in _BETWEEN.items() if claim in rows}
    if len(found) < len(_BETWEEN):
        return []
    (first, one), (second, other) = found.items()
    shares = f"{first} {_percent(one)} and {second} {_percent(other)} of its variance,"
    shares += " for training methods left out of the fit"
    if one["low"] > other["high"]:
        how = f"{first} predicts the least perturbation better than {second}"
    elif other["low"] > one["high"]:
        how = f"{second} predicts the least perturbation better than {first}"
    else:
        how = "both explanations predict the least perturbation about equally"
    within = ""
    if _WITHIN in rows:
        share = _percent(rows[_WITHIN])
        within = f"; between points of one network compression explains {share}"
    return [f"Why a classifier is fragile: between networks {how} ({shares}){within}."]


def _percent(row: Mapping[str, Any]) -> str:
    return f"{100 * row['estimate']:.0f}\N{NO-BREAK SPACE}%".replace("-", "−")


def _sentence(paper: str, parts: Sequence[Part]) -> str:
    groups = {
        "holds": [part for part in parts if part.holds],
        "in part": [part for part in parts if not part.holds and not part.fails],
        "not": [part for part in parts if part.fails],
    }
    clauses = [
        f"{word}: {', '.join(part_name(part.name) for part in group)}"
        for word, group in groups.items()
        if group
    ]
    if not clauses:
        return f"{PAPERS[paper]}: none of its claims could be tested here."
    words = {"reproduced": "reproduced", "deviation": "with deviation", "failed": "not"}
    numbers = {word: sum(getattr(part, kind) for part in parts) for kind, word in words.items()}
    counted = ", ".join(f"{count} {word}" for word, count in numbers.items() if count)
    total = several(sum(numbers.values()), "claim")
    return f"{PAPERS[paper]} – {'; '.join(clauses)}. Of {total}: {counted}."


def part_name(name: str) -> str:
    """Return a part's name in a list.

    Examples
    --------
    >>> part_name("relu"), part_name("another")
    ('ReLU networks', 'another')
    """
    return PARTS.get(name, name)


def counts(ledger: pd.DataFrame) -> Mapping[Verdict, int]:
    """Return how many claims have each verdict, worst first."""
    order = (Verdict.FAILED, Verdict.DEVIATION, Verdict.REPRODUCED, Verdict.UNTESTABLE)
    return {verdict: int((ledger["verdict"] == verdict.value).sum()) for verdict in order}
