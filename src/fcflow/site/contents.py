"""What stands on which page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from fcflow.artifacts.tables import read_table
from fcflow.experiments.ablations.findings.columns import FINDINGS
from fcflow.paper.claims.claim import Claim
from fcflow.paper.claims.finding import Verdict
from fcflow.paper.claims.wording import estimate_text, multiplicity, when_fixed
from fcflow.site.answer import PAPERS, REGULARISED, answer, counts, part_name, parts_of
from fcflow.site.artifacts import Artifact, source
from fcflow.site.claim_view import CLASSES, SIGNS, ClaimView, claim_views
from fcflow.site.glossary import subjects
from fcflow.site.links import INDEX
from fcflow.site.made_from import MadeFrom
from fcflow.site.pages import Page
from fcflow.site.rows import ShownRows, shown_rows, studies_of
from fcflow.site.shown_table import read_shown_table
from fcflow.site.told import in_a_sentence

_HEADINGS = {
    Verdict.FAILED: "Not reproduced",
    Verdict.DEVIATION: "Reproduced with deviation",
    Verdict.REPRODUCED: "Reproduced",
    Verdict.UNTESTABLE: "Not testable here",
}


@dataclass(frozen=True)
class Contents:
    """The site's contents.

    Parameters
    ----------
    root : Path
        The folder of results.
    ledger : DataFrame
        As :data:`fcflow.paper.claims.ledger.LEDGER`.
    artifacts : mapping
        Tables and figures, by the names of their pages.
    offered : set of str
        Files that the site offers, below the folder of results.
    level : float
        Of intervals.
    claims : sequence of Claim
        Those of the ledger.
    lead : str
        What the answer begins with, if anything.
    """

    root: Path
    ledger: pd.DataFrame
    artifacts: Mapping[str, Artifact]
    offered: frozenset[str]
    level: float
    claims: Sequence[Claim]
    lead: str = ""

    def pages(self) -> list[Page]:
        """Return all pages, the first one first."""
        return [
            self._index(),
            *map(self._claim, range(len(self.views))),
            *map(self._artifact, self.artifacts.values()),
            *self._findings_page(),
            Page("artifacts", "Tables and figures", "artifacts.html.jinja", self._lists()),
            Page("glossary", "Glossary", "glossary.html.jinja", {"glossary": subjects()}),
            Page("made", "How this was made", "made.html.jinja", self._parts()),
        ]

    def shared(self, made: MadeFrom, *, documented: bool) -> dict[str, Any]:
        """Return what every page is given; ``documented`` if the documentation lies beside it."""
        return {
            "made": made,
            "documented": documented,
            "has_findings": self.has_findings,
            "level": self.level,
            "total": len(self.ledger),
            "samples": self.ledger["test"].nunique(),
            "fixed": when_fixed(self.ledger),
            "multiplicity": multiplicity(self.ledger, self.level),
            "signs": SIGNS,
            "classes": CLASSES,
            "headings": _HEADINGS,
            "part_name": part_name,
        }

    @property
    def has_findings(self) -> bool:
        """Whether findings are among what is shown; a page about one section has none."""
        return "table-findings" in self.artifacts

    def _findings_page(self) -> list[Page]:
        if not self.has_findings:
            return []
        title = "Findings in plain words"
        return [Page("findings", title, "findings.html.jinja", self._findings())]

    @cached_property
    def views(self) -> list[ClaimView]:
        """The claims, in the ledger's order."""
        rows: list[Any] = self.ledger.to_dict("records")
        rules = {one.id: one.rule for one in self.claims}
        return claim_views(rows, rules, self.artifacts, self.level)

    def _index(self) -> Page:
        found = counts(self.ledger)
        groups = [
            (verdict, [one for one in self.views if one.verdict is verdict])
            for verdict, count in found.items()
            if count
        ]
        papers = [
            (name, f"[{name}] {PAPERS[name]}") for name in dict.fromkeys(self.ledger["paper"])
        ]
        parts = [(name, part_name(name)) for name in dict.fromkeys(one.part for one in self.views)]
        verdicts = [(CLASSES[verdict], verdict.value) for verdict, _ in groups]
        content = {
            "answer": [*filter(None, [self.lead]), *answer(self.ledger)],
            "counts": found,
            "told": self._told(),
            "groups": groups,
            "filters": [
                ("paper", "Paper", papers),
                ("part", "Part", parts),
                ("verdict", "Verdict", verdicts),
            ],
        }
        return Page(INDEX, "Why is this classifier fragile?", "index.html.jinja", content)

    def _told(self) -> list[str]:
        """Return what intervals say of the claims that are not simply reproduced."""
        kinds = {Verdict.FAILED: "not reproduced", Verdict.DEVIATION: "with deviation"}
        every = {
            words: [one.told for one in self.views if one.verdict is verdict and one.told]
            for verdict, words in kinds.items()
        }
        return [in_a_sentence(words, tells) for words, tells in every.items()]

    def _claim(self, number: int) -> Page:
        view = self.views[number]
        by_name = {one.id: one for one in self.views}
        content = {
            "claim": view,
            "before": self.views[number - 1] if number else None,
            "after": self.views[number + 1] if number + 1 < len(self.views) else None,
            "siblings": [by_name[name] for name in view.siblings],
            "rows": self._rows(view),
        }
        return Page(view.page, str(view.row["statement"]), "claim.html.jinja", content)

    def _rows(self, view: ClaimView) -> list[ShownRows]:
        """Return the rows that a claim was decided from, and the runs behind them."""
        shown: dict[str, ShownRows] = {}
        for path in str(view.row["artifact"]).split(", "):
            file = path.partition("/")[2]
            table = self.artifacts.get(f"table-{Path(file).stem}")
            if table is None or not file.startswith("tables/"):
                shown[file] = shown_rows(self.root, file)
                continue
            shown[file] = shown_rows(self.root, file)
            studies = studies_of(self.root, file, table.name)
            for run in source(table):
                name = run.partition("/")[2]
                shown.setdefault(name, shown_rows(self.root, name, studies))
        return [one for file, one in shown.items() if file in self.offered]

    def _artifact(self, one: Artifact) -> Page:
        content: dict[str, Any] = {
            "artifact": one,
            "claims": [view for view in self.views if one in view.evidence],
            "sources": [path.partition("/")[2] for path in one.reads.values()],
            "offered": self.offered,
            "related": self._related(one),
        }
        if one.kind == "table":
            content["table"] = read_shown_table(self.root / one.file("html"), one.label)
        return Page(one.page, f"{one.label}: {one.shows}", f"{one.kind}.html.jinja", content)

    def _related(self, one: Artifact) -> list[Artifact]:
        """Return the tables that it is made from, and what is made from it."""
        own = {f"results/tables/{one.name}.parquet"} if one.kind == "table" else set()
        return [
            other
            for other in self.artifacts.values()
            if own & set(other.reads.values())
            or (other.kind == "table" and f"results/{other.file('parquet')}" in one.reads.values())
        ]

    def _findings(self) -> dict[str, Any]:
        """Return the findings, each with the page of the claim that decides it."""
        rows: list[Any] = read_table(self.root / "tables/findings.parquet", FINDINGS).to_dict(
            "records"
        )
        deciding = {view.id: view for view in self.views}
        return {
            "findings": [
                {
                    "row": row,
                    "effect": estimate_text(row, deciding[row["claim"]].bands.edges),
                    "claim": deciding[row["claim"]].page,
                }
                for row in rows
            ],
            # Of other networks the answer on the first page says the same, with other numbers.
            "regularised": deciding[REGULARISED].page if REGULARISED in deciding else "",
        }

    def _lists(self) -> dict[str, Any]:
        headings = {"table": "Tables", "figure": "Figures"}
        lists = [
            (heading, [one for one in self.artifacts.values() if one.kind == kind])
            for kind, heading in headings.items()
        ]
        return {"lists": lists}

    def _parts(self) -> dict[str, Any]:
        papers = self.ledger.groupby("paper", sort=False)
        return {"parts": [(name, part) for name, rows in papers for part in parts_of(rows)]}
