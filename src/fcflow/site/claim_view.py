"""A claim as its page and its line in the list show it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fcflow.errors import InputError
from fcflow.paper.claims.bands import Bands, bands_of
from fcflow.paper.claims.finding import Verdict
from fcflow.paper.claims.rule import Rule
from fcflow.paper.claims.wording import minus
from fcflow.site.answer import part_of
from fcflow.site.artifacts import KINDS, Artifact
from fcflow.site.deciding import Deciding, deciding_function
from fcflow.site.strip import Strip
from fcflow.site.told import SHORT, Told, told
from fcflow.stats import Estimate

SIGNS = {
    Verdict.REPRODUCED: "✓",
    Verdict.DEVIATION: "≈",
    Verdict.FAILED: "✗",
    Verdict.UNTESTABLE: "·",
}
# Of a style sheet's classes: a verdict's words are no identifier.
CLASSES = {
    Verdict.REPRODUCED: "reproduced",
    Verdict.DEVIATION: "deviation",
    Verdict.FAILED: "failed",
    Verdict.UNTESTABLE: "untested",
}
KINDS_OF_VALUE = {
    "published": "published",
    "predicted": "predicted by the paper",
    "own": "our prediction",
    "threshold": "our threshold",
}
FIXED_WORDS = {
    "before": "before the numbers were seen",
    "after quick runs": "when quick runs of other seeds were known, before the numbers were seen",
    "after": "when the numbers were known",
}


_NOTHING = "–"


@dataclass(frozen=True)
class ClaimView:
    """A claim of the ledger.

    Attributes
    ----------
    row : mapping
        Its row of the ledger.
    strip : Strip
    bands : Bands
    deciding : Deciding
        The function that decides it.
    evidence : list of Artifact
        The tables and figures that show it.
    part : str
        The part of its paper.
    siblings : list of str
        Other claims that are decided from the same sample.
    """

    row: Mapping[str, Any]
    strip: Strip
    bands: Bands
    deciding: Deciding
    evidence: list[Artifact]
    part: str
    siblings: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The claim's name."""
        return str(self.row["id"])

    @property
    def page(self) -> str:
        """The name of its page."""
        return f"claim-{self.id}"

    @property
    def verdict(self) -> Verdict:
        """What came out."""
        return Verdict(self.row["verdict"])

    @property
    def sign(self) -> str:
        """A sign that tells verdicts apart without colour."""
        return SIGNS[self.verdict]

    @property
    def style(self) -> str:
        """The style sheet's class of its verdict."""
        return CLASSES[self.verdict]

    @property
    def told(self) -> Told | None:
        """What its interval says of it, if it is not simply reproduced."""
        if self.verdict not in (Verdict.FAILED, Verdict.DEVIATION):
            return None
        estimate, low, high = (float(self.row[name]) for name in ("estimate", "low", "high"))
        return told(Estimate(estimate, low, high, int(self.row["n"])), self.bands)

    @property
    def told_in_short(self) -> str:
        """The same for a list, empty where the verdict says it."""
        return SHORT[self.told] if self.told else ""

    @property
    def found(self) -> str:
        """The estimate with its interval."""
        return _found(self.row)

    @property
    def expected(self) -> str:
        """What the estimate is held against, and what that is."""
        kind = str(self.row["kind"])
        text = str(self.row["expected"]).removesuffix(kind).strip()
        return ", ".join(filter(None, [text, KINDS_OF_VALUE.get(kind, kind)]))

    @property
    def fixed(self) -> str:
        """When the rule was written, in words."""
        text = str(self.row["fixed"])
        for short in ("after quick runs", "before", "after"):
            head, found, tail = text.rpartition(short)
            if found:
                return f"{head}{FIXED_WORDS[short]}{tail.replace('(', '(commit ')}"
        return text


def claim_views(
    rows: Sequence[Mapping[str, Any]],
    rules: Mapping[str, Rule],
    artifacts: Mapping[str, Artifact],
    level: float,
) -> list[ClaimView]:
    """Return the claims of the ledger, in its order.

    Parameters
    ----------
    rows : sequence of mapping
        The ledger's rows.
    rules : mapping
        Each claim's rule, by its name.
    artifacts : mapping
        See :func:`fcflow.site.artifacts.all_artifacts`.
    level : float
        Of the intervals.

    Raises
    ------
    InputError
        If a claim names as evidence what is no table or figure.
    """
    by_test: dict[Any, list[str]] = {}
    for row in rows:
        by_test.setdefault(row["test"], []).append(str(row["id"]))
    return [
        ClaimView(
            row,
            _strip(row, bands := bands_of(rules[str(row["id"])]), level),
            bands,
            deciding_function(str(row["function"])),
            _evidence(row, artifacts),
            part_of(row),
            [name for name in by_test[row["test"]] if name != row["id"]],
        )
        for row in rows
    ]


def _evidence(row: Mapping[str, Any], artifacts: Mapping[str, Artifact]) -> list[Artifact]:
    """Return the figures, then the tables, that a claim names."""
    names = [name.strip() for name in str(row["evidence"]).split(",") if name.strip()]
    named = []
    for name in names:
        of_that_name = [page for kind in KINDS if (page := f"{kind}-{name}") in artifacts]
        if not of_that_name:
            raise InputError(f"claim {row['id']}: its evidence {name!r} is no table and no figure")
        named += [artifacts[page] for page in of_that_name]
    return sorted(named, key=lambda one: one.kind)


def _strip(row: Mapping[str, Any], bands: Bands, level: float) -> Strip:
    published = float(row["published"]) if row["published"] is not None else math.nan
    found = _found(row)
    estimate, _, rest = found.partition(" [")
    interval, _, power = rest.partition("]")
    parts = ["Nothing could be measured." if found == _NOTHING else f"Rebuilt: {estimate}{power}."]
    if interval:
        parts.append(f"{level:.0%} interval: {interval.replace(', ', ' to ')}{power}.")
    if math.isfinite(published):
        parts.append(f"Published: {_printed(published)}.")
    parts.append(f"{_capital(str(row['rule']))}. Verdict: {row['verdict']}.")
    return Strip(
        name=str(row["id"]),
        title=f"Strip of the claim: {row['statement']}",
        description=" ".join(parts),
        estimate=float(row["estimate"]),
        low=float(row["low"]),
        high=float(row["high"]),
        published=published,
        bands=bands,
        estimate_text=f"rebuilt {found}",
        published_text=f"published {_printed(published)}",
    )


def _found(row: Mapping[str, Any]) -> str:
    found = str(row["found"])
    return "0 up to rounding" if found == "rounding" else found


def _printed(published: float) -> str:
    return minus(f"{published:.6g}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
