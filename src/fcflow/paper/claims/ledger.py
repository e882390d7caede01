"""The ledger as a table: every claim with its finding, and the line that sums it up."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd

from fcflow.artifacts.schema import TableSchema, declare, integer, real, text
from fcflow.artifacts.tables import read_table
from fcflow.config.settings_text import with_settings
from fcflow.paper.claims.bands import bands_of
from fcflow.paper.claims.claim import Claim, claims_for, declared_claims
from fcflow.paper.claims.evidence import Shown, evidence_of, shown_entries
from fcflow.paper.claims.finding import Finding
from fcflow.paper.claims.wording import (
    KINDS,
    estimate_text,
    minus,
    multiplicity,
    summary,
    when_fixed,
)
from fcflow.paper.estimates import columns
from fcflow.paper.layout import Layout
from fcflow.paper.numbers import number
from fcflow.paper.table import ShownTable, write_formats
from fcflow.sources import ROOMS, find_entries

LEDGER = declare(
    "claims",
    "make_claims",
    {
        "id": text(),
        "paper": text(),
        "place": text(),
        "statement": text(),
        "statistic": text(),
        "n": integer(0),
        "estimate": real(nullable=True),
        "low": real(nullable=True),
        "high": real(nullable=True),
        "found": text(),  # these three as they are shown
        "expected": text(),
        "verdict": text(),
        "rule": text(),
        "artifact": text(),
        "note": text(),
        "kind": text(),
        "published": real(nullable=True),
        "differs": text(),
        "fixed": text(),
        "function": text(),
        "evidence": text(),
        "part": text(),
        "test": integer(1),
    },
)
# Parts of each paper, in its order, and of the open questions; claims are listed by the first that
# their place begins with.
PLACES = {
    "FC": (
        *("Abstract", "Theorem 1", "Lemma 2", "Lemma 3", "Theorem 4", "Theorem 5", "Theorem 6"),
        *("Theorem 7", "Section 5", "Table 1", "Table 2", "Figure 2", "Table 3"),
        *("Section 6", "[TU] section 6", "Table 4", "Table 5", "Table 6", "Table 7", "Table 8"),
        "Figure 6",
    ),
    "FO": (
        *("Abstract", "Section 1", "Section 2", "Lemma", "Proposition", "Section 3", "Theorem"),
        *("Corollary", "Section 4", "Figure 1", "Figure 2", "Figure 3", "Figure 4", "Section 5"),
    ),
    "OQ": (
        *("Where the papers meet", "Data", "Training", "Architecture", "Robust training"),
        *("Explanations", "Certificates"),
    ),
}


def claims(own: Sequence[str] = ()) -> list[Claim]:
    """Return every claim that the package declares: paper by paper, in the order of each.

    Parameters
    ----------
    own : sequence of str
        The sections that the user has named, on which claims are judged too.
    """
    every = [one for claim in _declared() for one in claims_for(claim, own)]
    return sorted(every, key=lambda one: _order(one.paper, one.place))


@cache
def _declared() -> list[Claim]:
    modules = dict.fromkeys(entry.module for entry in find_entries(ROOMS, "claim").values())
    return declared_claims(modules)


def claims_about(experiment: str) -> list[Claim]:
    """Return the claims that are judged on one of the user's sections."""
    return [one for one in claims([experiment]) if one.part == experiment]


def _order(paper: str, place: str) -> tuple[int, int]:
    places = PLACES[paper]
    parts = [i for i, part in enumerate(places) if re.match(rf"{re.escape(part)}\b", place)]
    return list(PLACES).index(paper), parts[0] if parts else len(places)


def make_claims(job: Any) -> None:
    """Decide every claim from the tables that the rule names, and write the ledger."""
    config = json.loads(job.params.config)
    listed = _listed(config)
    rows = ledger(read_tables(job.input, listed), claims=listed, **config)
    made = ShownTable(rows, *ledger_layout(rows, config["level"]))
    write_formats(made, LEDGER, job, config)
    print(summary(rows))  # noqa: T201


def _listed(config: Mapping[str, Any]) -> list[Claim]:
    """Return the claims of a ledger: all, or those about one of the user's sections alone."""
    about = config.get("about", "")
    return claims_about(about) if about else claims(config.get("own", ()))


def read_tables(
    files: Iterable[str] = (), listed: Sequence[Claim] | None = None
) -> dict[str, pd.DataFrame]:
    """Read the tables that claims are decided from, by path; of ``files`` those that end so.

    Raises
    ------
    ArtifactError
        In one line that names the file and the step that makes it: if one is missing or damaged.
    """
    asked = claims() if listed is None else listed
    every = {located.path: located.schema for one in asked for located in one.reads.values()}
    schemas = {path: kind for path, kind in every.items() if isinstance(kind, TableSchema)}
    # As a module of another workflow, this one may have its results in a folder of that one's.
    places = {path: file for file in files for path in schemas if f"/{file}".endswith(f"/{path}")}
    return {path: read_table(places.get(path, path), kind) for path, kind in schemas.items()}


def ledger(
    tables: Mapping[str, pd.DataFrame],
    *,
    settings: Mapping[str, Any] | None = None,
    shown: Shown | None = None,
    claims: Sequence[Claim] | None = None,
    own: Sequence[str] = (),
    about: str = "",
    **statistics: float,
) -> pd.DataFrame:
    """Decide claims; one row a claim, in their order.

    Parameters
    ----------
    tables : mapping
        From path to table, as from :func:`read_tables`. A claim one of whose tables has no rows is
        not testable.
    settings : mapping, optional
        Those that claims name where they say what differs from the paper, such as
        ``linear.batch_size``; a claim that takes ``settings`` is given them.
    shown : mapping, optional
        From every table and figure to the files that it is made from; by default those that the
        package declares.
    claims : sequence of Claim, optional
        By default all, those about the sections ``own`` included.
    own, about
        The sections that the user has named; the one that the ledger is about, empty for all.
    **statistics
        ``level`` and ``resamples`` of intervals.

    Returns
    -------
    DataFrame
        As :data:`LEDGER`.
    """
    listed = _listed({"own": own, "about": about}) if claims is None else claims
    samples = {sample: i for i, sample in enumerate(dict.fromkeys(one.sample for one in listed))}
    made = shown_entries(own) if shown is None else shown
    rows = [
        _row(one, one.decide(tables, settings=settings or {}, **statistics))
        | {
            "differs": with_settings(one.differs, settings or {}),
            "evidence": ", ".join(evidence_of(one, made)),
            "test": 1 + samples[one.sample],
        }
        for one in listed
    ]
    return LEDGER.table(rows)


def ledger_layout(rows: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the ledger as shown: verdicts first."""
    records: list[Any] = rows.to_dict("records")
    shown = rows.assign(
        statement=[
            " ".join(text for text in (row["statement"], row["note"], row["differs"]) if text)
            for row in records
        ],
        expected=[f"{row['expected']} ({KINDS[row['kind']]})" for row in records],
        published=[number(row["published"]) for row in records],
    )
    labels = {
        "verdict": "verdict",
        "paper": "paper",
        "place": "where",
        "statement": "claim, what was checked, and what differs from the paper",
        "statistic": "statistic",
        "found": f"found [{level:.0%} interval]",
        "published": "published",
        "n": "n",
        "expected": "expected",
        "rule": "rule",
        "fixed": "rule fixed, and whether before its numbers were seen",
        "test": "sample",
        "evidence": "shown in",
    }
    notes = [summary(rows) + ".", when_fixed(rows), multiplicity(rows, level)]
    layout = Layout("Every claim, and what came out", labels, notes=notes, integers=["n", "test"])
    return shown, layout


def _row(claim: Claim, finding: Finding) -> dict[str, Any]:
    estimate = finding.estimate
    return {
        "id": claim.id,
        "paper": claim.paper,
        "place": claim.place,
        "statement": claim.statement,
        "statistic": claim.statistic,
        "n": estimate.n,
        "estimate": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "found": estimate_text(columns(estimate), bands_of(claim.rule).edges),
        "expected": finding.expected,
        "verdict": finding.verdict.value,
        "rule": claim.rule.sentence,
        "artifact": ", ".join(claim.paths),
        "note": minus(finding.note),
        "kind": claim.kind,
        "published": claim.published,
        "fixed": claim.fixed,
        "function": claim.function,
        "part": claim.part,
    }
