import pandas as pd
import pytest
from tests.paper.claims.deciding import BY_ID, PATHS, SCHEMAS, decide, decide_all, reading

from fcflow.artifacts.tables import write_table
from fcflow.errors import ArtifactError
from fcflow.paper.claims.claim import Verdict
from fcflow.paper.claims.ledger import LEDGER, claims, ledger_layout, read_tables, summary
from fcflow.paper.render import write_html, write_tex
from fcflow.paper.theory.rows import exact, row, table
from fcflow.stats import Estimate


def verdict(name, tables):
    return decide(name, tables).verdict


def changed(tables, name, quantity, value, **others):
    """Return the tables with every estimate of one quantity replaced."""
    rows = tables[name].copy()
    rows.loc[rows["quantity"] == quantity, ["estimate", "low", "high"]] = [
        value,
        value - 0.01,
        value + 0.01,
    ]
    for column, each in others.items():
        rows.loc[rows["quantity"] == quantity, column] = each
    return tables | {name: rows}


def test_every_part_of_the_paper_has_its_claims():
    places = " ".join(claim.place for claim in claims())
    parts = [
        "Abstract",
        "Lemma 2",
        "Lemma 3",
        *(f"Theorem {n}" for n in (1, 4, 5, 6, 7)),
        "Section 5",
    ]
    parts += [*(f"Table {n}" for n in range(1, 9)), "Figure 2", "Figure 6"]
    assert [part for part in parts if part not in places] == []
    assert len(BY_ID) == len(claims())


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
    ("claim", "name", "quantity"),
    [
        ("theorem1-flips", "theorem1", "flipped"),
        ("theorem4-norm", "theorem4", "flipped"),
        ("theorem5-bound", "theorem5", "flipped"),
        ("theorem5-projection", "theorem5", "held"),
        ("theorem6-flips", "theorem6", "flipped"),
    ],
)
def test_one_network_that_is_not_flipped_refutes(claim, name, quantity, tables):
    assert verdict(claim, tables) is Verdict.REPRODUCED
    assert verdict(claim, changed(tables, name, quantity, 0.99)) is Verdict.FAILED


@pytest.mark.parametrize(
    ("claim", "name", "quantity", "near", "far"),
    [
        ("theorem1-norm", "theorem1", "norm_exponent", 0.04, 0.5),
        ("theorem1-ratio", "theorem1", "ratio_exponent", -0.59, 0.0),
        ("theorem1-optimal", "theorem1", "tolerated_exponent", 0.6, 0.0),
        ("theorem4-norm", "theorem4", "norm_exponent", 0.06, 0.3),
        ("theorem6-norm", "theorem6", "norm_exponent", -0.04, -0.5),
        ("theorem7-energy", "theorem7", "ratio_exponent", -0.97, -0.5),
        ("abstract-1/√d", "dimension_slopes", "abs_cos_theta1", -0.56, -0.2),
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


def test_a_wrong_law_that_passes_leaves_lemma_3_untested(tables):
    assert verdict("lemma3", tables) is Verdict.REPRODUCED
    powerless = tables["lemma3"].copy()
    wrong = powerless["series"].str.endswith("wrong degrees")
    powerless.loc[wrong & (powerless["quantity"] == "rejected"), "estimate"] = 0
    assert verdict("lemma3", tables | {"lemma3": powerless}) is Verdict.UNTESTABLE
    assert verdict("lemma3", changed(tables, "lemma3", "rejected", 1.0)) is Verdict.FAILED


def test_a_rejected_law_refutes_theorem_7_though_its_exponent_is_right(tables):
    assert (
        verdict("theorem7-energy", changed(tables, "theorem7", "least_adjusted_p", 1e-6))
        is Verdict.FAILED
    )


def test_a_bound_that_is_crossed_refutes_lemma_2(tables):
    crossed = tables["lemma2"].assign(expected=tables["lemma2"]["estimate"] - 0.1)
    assert verdict("lemma2-bound", tables | {"lemma2": crossed}) is Verdict.FAILED
    flat = table(
        [row("log_tail_per_d", 64, exact(-1.0), 0.0, alpha) for alpha in ("0.0001", "0.01")]
    )
    assert verdict("lemma2-limit", tables | {"lemma2": flat}) is Verdict.FAILED


def test_the_valid_rate_deviates_only_if_other_batch_sizes_bracket_it(tables):
    low = changed(tables, "table2", "valid_rate", 0.9)
    assert verdict("table2-valid", low) is Verdict.DEVIATION
    assert verdict("table2-valid", changed(low, "batch_size", "valid_rate", 0.9)) is Verdict.FAILED


def test_no_valid_run_is_not_testable(tables):
    runs = tables["table1"].assign(run=float("nan"))
    for claim in ("table1-relation", "table1-direction", "table1-exception", "table1-perturbation"):
        assert verdict(claim, tables | {"table1": runs}) is Verdict.UNTESTABLE
    nothing = Estimate(float("nan"), float("nan"), float("nan"), 0)
    empty = changed(tables, "table2", "difference", nothing.value)
    assert verdict("table2-difference", empty) is Verdict.UNTESTABLE
    assert verdict("abstract-matches", empty) is Verdict.UNTESTABLE


def test_table_1s_exception_is_found_among_ours(tables):
    finding = decide("table1-exception", tables)
    assert (finding.verdict, finding.estimate.n) == (Verdict.REPRODUCED, 1)
    aligned = tables["table1"].assign(cos_theta2=0.99)
    assert verdict("table1-exception", tables | {"table1": aligned}) is Verdict.UNTESTABLE


def test_depths_that_compress_less_are_told(tables):
    deeper = tables["relu"].copy()
    deeper.loc[deeper["depth"] == 2, "estimate"] = 0.6
    assert verdict("table3-depth", tables | {"relu": deeper}) is Verdict.FAILED
    rising = pd.DataFrame([{"depth": 1, "estimate": 0.1, "low": 0.05, "high": 0.2, "n": 9}])
    assert verdict("table3-dimension", tables | {"relu_slopes": rising}) is Verdict.FAILED
