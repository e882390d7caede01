"""Pages: everything is escaped, and every link of the folder leads somewhere."""

import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from fcflow.errors import InputError
from fcflow.paper.claims.rules import Below, Between, Conditions, Near
from fcflow.site.artifacts import Artifact, all_artifacts, source, sources_of
from fcflow.site.claim_view import claim_views
from fcflow.site.glossary import subjects
from fcflow.site.links import FolderLinks, SingleLinks
from fcflow.site.made_from import MadeFrom
from fcflow.site.pages import Page, folder_pages, single_page
from fcflow.site.rows import ShownRows, shown_rows
from fcflow.site.told import Told

SCRIPT = "<script>alert('1')</script>"
MADE = MadeFrom("0.1.0", ["3.11"], ["cpu"], ["1"], [("numpy", "2")], [], [("key", "1", SCRIPT)])
ROW = {
    "id": "one",
    "paper": "FC",
    "place": SCRIPT,
    "statement": f"‖e‖ < 1 & {SCRIPT}",
    "statistic": SCRIPT,
    "n": 9,
    "estimate": 0.3,
    "low": 0.2,
    "high": 0.4,
    "found": "0.30 [0.20, 0.40]",
    "expected": "0.36",
    "verdict": "reproduced",
    "rule": SCRIPT,
    "artifact": "results/tables/table2.parquet",
    "note": SCRIPT,
    "kind": "published",
    "published": 0.36,
    "differs": SCRIPT,
    "fixed": "2026-11-21, before (f1a6e47)",
    "function": "fcflow.site.deciding:deciding_function",
    "evidence": "table2",
    "part": "linear",
    "test": 1,
}
TABLE = Artifact("table", "table2", SCRIPT, SCRIPT, SCRIPT, {"rows": "results/linear/a.parquet"})


def view(**changes):
    row = {**ROW, **changes}
    return claim_views([row], {"one": Near(0.3, 0.1)}, {TABLE.page: TABLE}, 0.95)[0]


def shared():
    words = {"fixed": SCRIPT, "multiplicity": SCRIPT, "part_name": str}
    numbers = {"level": 0.95, "total": 1, "samples": 1}
    return words | numbers | {"made": MADE, "documented": True, "has_findings": True}


def claim_page():
    rows = [ShownRows("a/<b>.parquet", [SCRIPT], [[SCRIPT]], 1, SCRIPT, True)]
    content = {"claim": view(), "before": None, "after": None, "siblings": [view()], "rows": rows}
    return Page("claim-one", SCRIPT, "claim.html.jinja", content)


def test_text_of_results_is_never_markup(tmp_path):
    pages = [claim_page(), Page("made", SCRIPT, "made.html.jinja", {"parts": []})]
    html = [text for _, text in folder_pages(pages, shared())]
    html.append(single_page(pages, shared(), tmp_path))
    for text in html:
        assert SCRIPT not in text
        assert SCRIPT in unescape(text)


def test_a_finding_names_its_networks_and_what_it_is_shown_by():
    row = {"claim": "question-data", "question": "?", "answer": "Yes.", "n": 12, "measured": "x"}
    row |= {"note": "", "networks": "12 networks trained, d = 10", "unless": "", "shown": "table2"}
    finding = {"row": row | {"verdict": "reproduced"}, "effect": "0.3", "claim": "claim-one"}

    def page(regularised):
        content = {"findings": [finding], "regularised": regularised}
        pages = [Page("findings", "Findings", "findings.html.jinja", content)]
        return next(text for _, text in folder_pages(pages, shared()))

    assert "12 networks trained, d = 10." in page("")
    for kind in ("figure", "table"):
        assert f'<a href="{kind}-table2.html">{kind}</a>' in page("")
    # Those of the first page are named where there are any.
    assert "regularised networks" not in page("")
    assert '<a href="claim-two.html">regularised networks of images</a>' in page("claim-two")


def test_a_claim_says_what_it_is_held_against_and_when_its_rule_was_fixed():
    assert view().expected == "0.36, published"
    assert view(kind="threshold", expected="≤ 0.1").expected == "≤ 0.1, our threshold"
    assert view(kind="own", expected="1").expected == "1, our prediction"
    assert view().fixed == "2026-11-21, before the numbers were seen (commit f1a6e47)"
    late = view(fixed="2026-11-21, after (f1a6e47)").fixed
    assert late == "2026-11-21, when the numbers were known (commit f1a6e47)"


@pytest.mark.parametrize(
    ("rule", "estimate", "low", "high", "kind"),
    [
        (Near(0.3, 0.1), 0.6, 0.5, 0.7, Told.EXCLUDED),
        (Near(0.3, 0.1), 0.6, 0.35, 0.7, Told.NEARLY),
        # The interval holds the value, so that something else in the rule was not met.
        (Near(0.3, 0.1), 0.35, 0.2, 0.5, Told.WORDS),
        (Near(0.3, 0.1), 0.6, float("nan"), float("nan"), Told.WORDS),
        (Below(0.15, 0.3), 0.4, 0.1, 0.7, Told.UNDECIDED),
        (Below(0.15, 0.3), 0.4, 0.2, 0.7, Told.NEARLY),
        (Below(0.15, 0.3), 0.1, 0.05, 0.12, Told.WORDS),
        (Between(0.8, 1.25, "1"), 1.5, 1.1, 2.0, Told.UNDECIDED),
        (Between(0.8, 1.25, "1"), 1.5, 1.3, 2.0, Told.EXCLUDED),
        (Conditions("both hold", "1"), 0.5, 0.4, 0.6, Told.WORDS),
    ],
)
def test_a_claim_says_what_its_interval_says_of_it(rule, estimate, low, high, kind):
    row = {**ROW, "verdict": "not reproduced", "estimate": estimate, "low": low, "high": high}
    failed = claim_views([row], {"one": rule}, {TABLE.page: TABLE}, 0.95)[0]
    assert failed.told is kind
    content = {"claim": failed, "before": None, "after": None, "siblings": [], "rows": []}
    pages = [Page("claim-one", "one", "claim.html.jinja", content)]
    assert kind.value in next(text for _, text in folder_pages(pages, shared()))
    assert view().told is None


def test_evidence_that_does_not_exist_is_refused():
    with pytest.raises(InputError, match="claim one: its evidence 'tabel2' is no table"):
        view(evidence="tabel2")


def test_a_strip_is_described_in_words():
    words = view().strip.description
    assert words.startswith("Rebuilt: 0.30. 95% interval: 0.20 to 0.40. Published: 0.36.")
    assert words.endswith("Verdict: reproduced.")
    small = view(found="5.0 [4.0, 6.0] × 10⁻⁵").strip.description
    assert small.startswith("Rebuilt: 5.0 × 10⁻⁵. 95% interval: 4.0 to 6.0 × 10⁻⁵. Published")


def test_claims_of_one_sample_name_each_other():
    rows = [{**ROW, "id": name, "test": test} for name, test in (("a", 1), ("b", 2), ("c", 1))]
    rules = dict.fromkeys("abc", Near(0.3, 0.1))
    views = claim_views(rows, rules, {TABLE.page: TABLE}, 0.95)
    assert [one.siblings for one in views] == [["c"], [], ["a"]]


def test_links_of_the_folder_are_relative_and_those_of_the_single_file_within_it(tmp_path):
    (tmp_path / "a.svg").write_text("<svg/>", encoding="utf-8")
    inner, single = FolderLinks("glossary"), SingleLinks(tmp_path)
    assert inner.file("tables/a.csv") == "../files/tables/a.csv"
    assert inner.term("made", "verdicts") == "made.html#verdicts"
    assert (single.page("made"), single.term("made", "verdicts")) == ("#made", "#verdicts")
    assert single.image("a.svg") == "data:image/svg+xml;base64,PHN2Zy8+"


def test_rows_have_their_seeds_and_no_more_than_fifty_are_shown(tmp_path):
    seeds = [2**62 + i for i in range(120)]
    study = ["a"] * 100 + ["b"] * 20
    pd.DataFrame({"x": 0.123456, "study": study, "seed": seeds, "y": range(120)}).to_parquet(
        tmp_path / "runs.parquet"
    )
    every = shown_rows(tmp_path, "runs.parquet")
    assert (every.total, len(every.cells), every.seeded) == (120, 50, True)
    assert every.summary == "50 of 120 rows, evenly spaced"
    some = shown_rows(tmp_path, "runs.parquet", frozenset({"b", "c"}))
    assert some.summary == "all 20 rows with study b"
    assert some.columns == ["study", "seed", "y"]  # x is the same everywhere
    assert some.cells[0] == ["b", str(seeds[100]), "100"]


def test_words_of_the_glossary_have_anchors_of_their_own():
    words = [word for subject in subjects() for word in subject.words]
    assert len({word.anchor for word in words}) == len(words)
    assert all(re.fullmatch(r"[a-z0-9-]+", word.anchor) for word in words)


def test_every_table_is_traced_to_results_outside_the_tables():
    artifacts = all_artifacts()
    tables = [one for one in artifacts.values() if one.kind == "table"]
    assert all(source(one) for one in tables)
    assert all(Path(path).parts[:2] != ("results", "tables") for path in sources_of(artifacts))
