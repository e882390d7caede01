import re
import subprocess
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest
from tests.paper.claims.deciding import (
    BY_ID,
    PATHS,
    SCHEMAS,
    by_path,
    changed,
    decide_all,
    reading,
    verdict,
)

from fcflow.artifacts.tables import write_table
from fcflow.errors import ArtifactError
from fcflow.paper.claims.finding import Measured, Verdict
from fcflow.paper.claims.ledger import LEDGER, PLACES, claims, ledger, ledger_layout, read_tables
from fcflow.paper.claims.rules import Always, Below, Near, Within
from fcflow.paper.claims.wording import multiplicity, summary, when_fixed
from fcflow.paper.html_table import write_html
from fcflow.paper.latex_table import write_tex
from fcflow.sources import ROOMS, find_entries
from fcflow.stats import Estimate


def test_every_part_of_both_papers_has_its_claims():
    places = " ".join(claim.place for claim in claims() if claim.paper == "FC")
    parts = [
        "Abstract",
        "Lemma 2",
        "Lemma 3",
        *(f"Theorem {n}" for n in (1, 4, 5, 6, 7)),
        "Section 5",
    ]
    parts += [*(f"Table {n}" for n in range(1, 9)), "Figure 2", "Figure 6"]
    assert [part for part in parts if part not in places] == []
    second = " ".join(claim.place for claim in claims() if claim.paper == "FO")
    parts = ["Abstract", "Lemma", "Proposition", *(f"Figure {n}" for n in range(1, 5))]
    assert [part for part in parts if part not in second] == []
    assert len(BY_ID) == len(claims())


def test_claims_are_listed_paper_by_paper_in_the_order_of_each():
    listed = [(claim.paper, claim.place) for claim in claims()]
    papers = [paper for paper, _ in listed]
    assert papers == sorted(papers, key=list(PLACES).index)
    firsts = [place for paper, place in listed if paper == "FO"]
    assert firsts.index("Figure 1") < firsts.index("Figure 3") < firsts.index("Figure 4")


def test_every_place_is_a_part_of_its_paper():
    for claim in claims():
        assert any(claim.place.startswith(part) for part in PLACES[claim.paper]), claim.place


def test_every_table_that_a_claim_names_has_a_schema_and_a_place():
    assert {path for claim in claims() for path in claim.paths} == set(PATHS.values())
    assert set(SCHEMAS) == set(PATHS)


def test_the_ledger_has_a_row_a_claim_and_can_be_shown(tables, tmp_path):
    rows = decide_all(tables)
    LEDGER.frame.validate(rows)
    assert rows["id"].tolist() == [claim.id for claim in claims()]
    shown, layout = ledger_layout(rows, 0.95)
    write_html(shown, layout, tmp_path / "a.html")
    write_tex(shown, layout, tmp_path / "a.tex")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert summary(rows) in page


def test_every_claim_says_when_its_rule_was_fixed_and_what_decides_it(tables):
    rows = decide_all(tables)
    when = rows["fixed"].str.extract(
        r"^(\d{4}-\d\d-\d\d), (before|after quick runs|after) \(\w+\)$"
    )
    assert rows.loc[when.isna().any(axis=1), "id"].tolist() == []
    assert set(rows["kind"]) == {"published", "predicted", "own", "threshold"}
    for address in rows["function"]:
        module, _, function = address.partition(":")
        assert callable(getattr(import_module(module), function))


def test_the_readme_says_when_rules_were_fixed_as_the_ledger_does(tables):
    rows = decide_all(tables)
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    assert when_fixed(rows) in readme
    assert when_fixed(rows) in ledger_layout(rows, 0.95)[1].notes
    assert "written before" not in readme


def test_commits_that_rules_were_fixed_by_are_in_the_history(tables):
    root = Path(__file__).parents[3]
    if not (root / ".git").exists():
        pytest.skip("no history here")
    named = decide_all(tables)["fixed"].str.extract(r"^(.+?),.*\((\w+)\)$").drop_duplicates()
    for date, commit in named.itertuples(index=False):
        log = ["git", "log", "-1", "--format=%ad", "--date=format:%F", commit]
        done = subprocess.run(log, cwd=root, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"the history here lacks {commit}")
        assert done.stdout.strip() == date


def test_chance_is_told_with_the_number_of_claims_and_samples():
    rules = [Near(0.0, 0.1), Near(1.0, 0.1), Below(0.1, 0.2), Within(0.0, 0.1, 0.2), Always()]
    rows = pd.DataFrame({"rule": [rule.sentence for rule in rules], "test": [1, 1, 2, 2, 3]})
    told = multiplicity(rows, 0.9)
    assert "5 claims are tested on 3 samples" in told
    assert "of 2 rules that ask an interval to hold a value, 10% miss it by chance" in told
    assert "0.2 on average; of 1 that ask an interval to lie beyond a limit, at most 5.0%" in told


def test_where_a_published_number_is_expected_it_is_the_one_beside(tables):
    rows = decide_all(tables)
    printed = rows[rows["kind"] == "published"]
    assert len(printed)
    assert (printed["published"].map("{:g}".format) == printed["expected"]).all()


def test_nothing_that_no_paper_says_is_called_its_prediction():
    ours = [one for one in claims() if one.differs.startswith("Not in the papers")]
    ours += [BY_ID["fo-kinks-relu"], BY_ID["fo4-one-step"]]
    for claim in claims():
        assert (claim.paper == "OQ" or "not in the paper: " in claim.place) == (claim in ours)
    assert {claim.kind for claim in ours} == {"own", "threshold"}
    others = [claim for claim in claims() if claim not in ours]
    assert {claim.kind for claim in others} == {"published", "predicted", "threshold"}


def test_every_statement_names_its_subject():
    statements = [claim.statement for claim in claims()]
    assert len({*statements}) == len(statements)
    pointing = re.compile(r"^(?:That|Their|They|It|So|The same) |\bdoes the same\b")
    assert [statement for statement in statements if pointing.search(statement)] == []


def test_what_is_shown_of_an_estimate_has_the_side_of_the_limit_on_which_it_lies():
    claim = BY_ID["fresh-perturbation-typical"]
    short = replace(claim, test=lambda runs: Measured(Estimate(-0.436, -0.49972, -0.368, 41)))
    files = {path: pd.DataFrame({"a": [1]}) for path in claim.paths}
    rows = ledger(files, claims=[short], shown={})
    assert rows["found"].tolist() == ["−0.4360 [−0.4997, −0.3680]"]
    assert ledger_layout(rows, 0.95)[0]["found"].tolist() == rows["found"].tolist()


def test_a_claim_that_takes_settings_is_given_those_that_claims_name(tables):
    size = {"images.imagenet.image_size": 224}
    told = "A random direction in 150528 dimensions has |cos θ| = 0.0021 on average"
    for name in ("table7-small", "figure6-small"):
        claim = BY_ID[name]
        options = {"resamples": 100, "level": 0.95}
        assert told in claim.decide(by_path(tables), settings=size, **options).note
        assert "random direction" not in claim.decide(by_path(tables), **options).note


def test_every_claim_is_shown_by_a_table_or_a_figure_that_the_workflow_makes(tables):
    names = {*find_entries(ROOMS, "table"), *find_entries(ROOMS, "figure")}
    for row in decide_all(tables).to_dict("records"):
        shown = row["evidence"].split(", ")
        assert shown[0], row["id"]
        assert set(shown) <= names
        # What a claim is placed at is among what shows it.
        if row["place"] in [f"Table {n}" for n in range(1, 9)]:
            assert row["place"].lower().replace(" ", "") in shown


def test_claims_of_the_same_networks_are_of_one_sample(tables):
    rows = decide_all(tables).set_index("id")["test"]
    assert rows["table2-cos"] == rows["table2-phi"] == rows["abstract-matches"]
    assert rows["fo2-best"] == rows["meeting-points"]
    assert rows["table2-cos"] != rows["table1-relation"]
    assert sorted(set(rows)) == list(range(1, rows.max() + 1))


def test_what_differs_from_the_paper_is_told_with_the_settings(tables):
    settings = {"linear.batch_size": 1024}
    rows = ledger(by_path(tables), settings=settings, level=0.95, resamples=100)
    differs = rows.set_index("id")["differs"]
    assert "batch size 1,024" in differs["table2-cos"]
    for name in rows.loc[rows["part"].isin(["mnist", "imagenet"]), "id"]:
        assert "where the paper has" in differs[name] or "where MNIST has" in differs[name]


def test_where_everything_holds_everything_is_tested_and_nothing_not_reproduced(tables):
    rows = decide_all(tables)
    assert rows.loc[rows["verdict"].isin([Verdict.FAILED, Verdict.UNTESTABLE]), "id"].tolist() == []


def test_a_claim_whose_table_has_no_rows_is_not_testable(tables):
    for name in PATHS:
        rows = decide_all(tables | {name: tables[name].iloc[:0]}).set_index("id")
        for claim in reading(name):
            assert rows.loc[claim.id, "verdict"] == Verdict.UNTESTABLE
            assert rows.loc[claim.id, "note"] == f"no rows in {PATHS[name]}"


def test_a_missing_artifact_is_told_with_the_step_that_makes_it(tables, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, rows in tables.items():
        write_table(rows, PATHS[name], SCHEMAS[name], config={})
    assert set(read_tables()) == set(PATHS.values())
    (tmp_path / PATHS["theorem6"]).unlink()
    producer = SCHEMAS["theorem6"].producer
    with pytest.raises(
        ArtifactError, match=rf"theorem6\.parquet: is missing; .* the step {producer} makes it"
    ):
        read_tables()


@pytest.mark.parametrize(
    ("claim", "name", "quantity", "near", "far"),
    [
        ("figure2-cos", "dimension_slopes", "abs_cos_theta1", -0.56, -0.2),
        ("figure2-phi", "dimension_slopes", "phi", -0.56, -0.2),
        ("table2-cos", "table2", "abs_cos_theta1", 0.3, 0.1),
        ("table2-difference", "table2", "difference", 0.08, 0.2),
        ("table4-ratio", "table4_averages", "difference", 0.06, 0.2),
        ("table5-ratio", "mnist", "difference", 0.05, 0.1),
        ("table5-length", "mnist", "prediction_error", 0.2, 0.5),
        ("table6-small", "mnist", "mean_abs_cos", 0.4, 0.6),
        ("table7-small", "imagenet", "mean_abs_cos", 0.4, 0.6),
        ("table8-length", "imagenet", "prediction_error", 0.2, 0.5),
        ("abstract-imagenet", "imagenet", "prediction_error", 0.2, 0.5),
    ],
)
def test_a_value_beside_its_interval_deviates_and_one_far_off_fails(
    claim, name, quantity, near, far, tables
):
    assert verdict(claim, changed(tables, name, quantity, near)) is Verdict.DEVIATION
    assert verdict(claim, changed(tables, name, quantity, far)) is Verdict.FAILED


def test_tables_in_the_folder_of_another_workflow_are_the_ones_that_are_read():
    with pytest.raises(ArtifactError, match=r"^elsewhere/results/"):
        read_tables([f"elsewhere/{path}" for path in PATHS.values()])
