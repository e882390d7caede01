"""The verdicts on the claims of Tables 1 and 2, from tables made up so that they are known."""

import pytest
from tests.experiments.linear import made_up
from tests.paper.claims.deciding import BY_ID, by_path, changed, decide, verdict

from fcflow.paper.claims.finding import Verdict
from fcflow.stats import Estimate


@pytest.fixture(scope="module")
def tables():
    return made_up.claim_tables()


def test_the_valid_rate_deviates_only_if_other_batch_sizes_bracket_it(tables):
    low = changed(tables, "table2", "valid_rate", 0.9)
    assert verdict("table2-valid", low) is Verdict.DEVIATION
    assert verdict("table2-valid", changed(low, "batch_size", "valid_rate", 0.9)) is Verdict.FAILED


def test_no_valid_run_is_not_testable(tables):
    runs = tables["table1"].assign(run=float("nan"))
    for claim in ("table1-relation", "table1-direction", "table1-perturbation"):
        assert verdict(claim, tables | {"table1": runs}) is Verdict.UNTESTABLE
    none = tables["linear_experiments"].assign(valid=False)
    names = ("table1-exception", "figure2-match", "abstract-matches")
    for claim in (*names, "abstract-degrades", "abstract-one-over-root-d"):
        assert verdict(claim, tables | {"linear_experiments": none}) is Verdict.UNTESTABLE
    nothing = Estimate(float("nan"), float("nan"), float("nan"), 0)
    empty = changed(tables, "table2", "difference", nothing.value)
    assert verdict("table2-difference", empty) is Verdict.UNTESTABLE


def test_few_exceptions_like_table_1s_do_not_suffice(tables):
    finding = decide("table1-exception", tables)
    assert (finding.verdict, finding.estimate.n) == (Verdict.REPRODUCED, 5)
    runs = tables["linear_experiments"]
    misaligned = runs["cos_theta2"].abs() < 0.9
    fewer = runs[~misaligned | (runs["study"] == "table1")]
    finding = decide("table1-exception", tables | {"linear_experiments": fewer})
    assert (finding.verdict, finding.estimate.n) == (Verdict.DEVIATION, 2)
    alike = runs.assign(cos_theta1=runs["phi"] + 0.1 * ~misaligned)
    assert verdict("table1-exception", tables | {"linear_experiments": alike}) is Verdict.FAILED
    aligned = runs.assign(cos_theta2=0.99)
    unseen = tables | {"linear_experiments": aligned}
    assert verdict("table1-exception", unseen) is Verdict.UNTESTABLE


def test_robustness_is_that_of_both_classifiers_and_not_the_compression(tables):
    runs = tables["linear_experiments"]
    names = ("abstract-degrades", "abstract-one-over-root-d")
    for value, verdict_then in ((0.5, Verdict.FAILED), (0.2, Verdict.REPRODUCED)):
        flat = runs.assign(robustness_ratio_mean=value, cos_theta1=0.1 * runs["phi"])
        tested = tables | {"linear_experiments": flat}
        assert verdict(names[0], tested) is not Verdict.REPRODUCED
        # √d times it, at d = 64: 4 and 1.6.
        assert decide(names[1], tested).estimate.value == pytest.approx(8 * value)
        assert (verdict(names[1], tested) is Verdict.FAILED) is (verdict_then is Verdict.FAILED)


def test_curves_are_compared_where_they_are_furthest_apart(tables):
    runs = tables["linear_experiments"].copy()
    runs.loc[runs["d"] == 16, "cos_theta1"] = 2 * runs["phi"]
    finding = decide("figure2-match", tables | {"linear_experiments": runs})
    assert finding.verdict is Verdict.FAILED
    assert finding.estimate.value == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["table1-relation", "table1-direction", "table1-perturbation"])
def test_an_interval_is_as_wide_as_the_configuration_asks_for(name, tables):
    rows = tables["table1"]
    rows = rows.assign(cos_theta1=1.1 * rows["phi"], cos_theta2=0.99 - rows["experiment"] % 2)
    wide, narrow = (
        BY_ID[name].decide(by_path({"table1": rows}), level=level, resamples=1000).estimate
        for level in (0.99, 0.5)
    )
    assert wide.low < narrow.low <= narrow.high < wide.high


def test_runs_that_are_not_valid_are_told_beside_the_exponent_of_those_that_are(tables):
    rows = tables["dimension_slopes"].copy()
    every = (rows["study"] == "dimension") & (rows["runs"] == "all")
    every &= rows["quantity"] == "abs_cos_theta1"
    rows.loc[every, ["estimate", "low", "high"]] = [-0.03, -0.05, -0.01]
    rows.loc[every, ["n", "d_max"]] = [99, 256]
    note = decide("figure2-cos", tables | {"dimension_slopes": rows}).note
    assert "Over all 99, valid or not, d = 4 to 256, it is −0.030 [−0.050, −0.010]" in note
    assert "No run is valid beyond d = 64." in note
    assert "No run is valid" not in decide("figure2-cos", tables).note


def test_what_leaving_out_misaligned_runs_does_is_told(tables):
    note = decide("abstract-matches", tables).note
    assert "Over the 12 of 15 valid runs with |cos θ2| > 0.9, which selects" in note
    assert "0.0100 on average over these, 0.15" in note
