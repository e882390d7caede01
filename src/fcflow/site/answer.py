"""The answer in a sentence for each paper, and one for open questions, from the verdicts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from fcflow.paper.claims.finding import Verdict

# When a part of a paper is said to hold, and when not: shares of the claims that could be tested.
MOSTLY = 2 / 3
PAPERS = {
    "FC": "Feature compression",
    "FO": "Growth with input dimension",
    "OQ": "Beyond the papers, compression",
}
# A part of the ledger after "holds"; another one is named as it is.
PARTS = {
    "theory": "in the theory",
    "linear": "in linear networks",
    "relu": "in ReLU networks",
    "dimension": "on networks that classify fresh points",
    "mnist": "on MNIST",
    "imagenet": "on ImageNet",
    "initialisation": "in random networks",
    "resolution": "at growing resolution",
    "regularisers": "for penalties and augmentation",
    "pooling": "for pooling",
    "kinks": "for ReLU beside smooth networks",
    "rise": "beyond the first order",
    "meeting": "for regularised networks",
    "data": "for data that are not Gaussian",
    "film": "during training",
    "architecture": "for other architectures",
    "robust": "under robust training",
    "explanations": "as what predicts fragility",
    "certified": "with proofs",
}


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
    """Return a sentence a paper: what holds, what does not, and how many claims say so.

    Examples
    --------
    >>> rows = {"paper": "FC", "part": ["theory"] * 3 + ["mnist"], "function": "a.b:c"}
    >>> answer(pd.DataFrame(rows | {"verdict": ["reproduced"] * 3 + ["not reproduced"]}))[0]
    'Feature compression holds in the theory, not on MNIST: of 4 claims 3 are reproduced, 1 is not.'
    """
    papers = [name for name in PAPERS if (ledger["paper"] == name).any()]
    return [_sentence(name, parts_of(ledger[ledger["paper"] == name])) for name in papers]


def _sentence(paper: str, parts: Sequence[Part]) -> str:
    groups = {
        ("holds", "holds"): [part for part in parts if part.holds],
        ("holds in part", "in part"): [part for part in parts if not part.holds and not part.fails],
        ("does not hold", "not"): [part for part in parts if part.fails],
    }
    clauses: list[str] = []
    for (first, later), group in groups.items():
        if group:
            words = _listed([part_words(part.name) for part in group])
            clauses.append(f"{later if clauses else first} {words}")
    if not clauses:
        return f"{PAPERS[paper]}: none of its claims could be tested here."
    total, reproduced, failed = (
        sum(getattr(part, kind) for part in parts) for kind in ("total", "reproduced", "failed")
    )
    numbers = f"of {total} claims {_are(reproduced)} reproduced, {_are(failed)} not"
    return f"{PAPERS[paper]} {', '.join(clauses)}: {numbers}."


def _are(count: int) -> str:
    return f"{count} {'is' if count == 1 else 'are'}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def part_words(name: str) -> str:
    """Return where a part holds, as it stands in a sentence.

    Examples
    --------
    >>> part_words("mnist"), part_words("another")
    ('on MNIST', 'in another')
    """
    return PARTS.get(name, f"in {name}")


def part_name(name: str) -> str:
    """Return a part's name in a list.

    Examples
    --------
    >>> part_name("relu"), part_name("theory")
    ('ReLU networks', 'theory')
    """
    words = part_words(name)
    for before in ("in the ", "in ", "on ", "at ", "for "):
        words = words.removeprefix(before)
    return words


def counts(ledger: pd.DataFrame) -> Mapping[Verdict, int]:
    """Return how many claims have each verdict, worst first."""
    order = (Verdict.FAILED, Verdict.DEVIATION, Verdict.REPRODUCED, Verdict.UNTESTABLE)
    return {verdict: int((ledger["verdict"] == verdict.value).sum()) for verdict in order}
