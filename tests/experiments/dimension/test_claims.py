"""The verdicts on dimension laws, from runs made up so that they are known."""

import numpy as np
import pytest
from tests.experiments.dimension import made_up
from tests.paper.claims.deciding import decide, verdict

from fcflow.paper.claims.finding import Verdict
from fcflow.theory.compression_ratio import expected_compression_ratio

CLAIMS = (
    *("fresh-figure2-cos", "fresh-figure2-match", "fresh-figure2-paired", "fresh-relu-dimension"),
    *("fresh-relu-paired", "fresh-perturbation-exponent", "fresh-perturbation-level"),
    *("fresh-perturbation-compression", "fresh-figure2-typical", "fresh-perturbation-typical"),
)


@pytest.fixture(scope="module")
def tables():
    return made_up.claim_tables()


@pytest.mark.parametrize("claim", CLAIMS)
def test_the_law_is_found_where_it_holds_and_runs_that_were_not_trained_do_not_count(tables, claim):
    finding = decide(claim, tables)
    assert finding.verdict is Verdict.REPRODUCED
    if claim != "fresh-perturbation-compression":
        assert "3 of 36 runs could not be trained" in finding.note


@pytest.mark.parametrize(
    ("claims", "power"),
    [
        (("fresh-figure2-cos", "fresh-figure2-paired", "fresh-relu-paired"), 0.3),
        (("fresh-figure2-match", "fresh-relu-dimension"), 0.6),
    ],
)
def test_networks_that_see_more_at_higher_dimensions_refute_it(tables, claims, power):
    runs = tables["dimension_runs"].copy()
    runs["abs_cos_theta"] = np.minimum(1.0, runs["abs_cos_theta"] * (runs["d"] / 4.0) ** power)
    for claim in claims:
        assert verdict(claim, tables | {"dimension_runs": runs}) is Verdict.FAILED, claim


def test_a_perturbation_that_does_not_shrink_refutes_the_abstract(tables):
    runs = tables["dimension_runs"].assign(found_share=0.4, certified_share=0.4)
    changed = tables | {"dimension_runs": runs}
    finding = decide("fresh-perturbation-exponent", changed)
    assert finding.estimate.value == pytest.approx(0.0, abs=1e-9)
    assert finding.verdict is Verdict.FAILED
    assert verdict("fresh-perturbation-level", changed) is Verdict.FAILED


def test_a_loose_certificate_is_no_proof_of_the_exponent(tables):
    runs = tables["dimension_runs"]
    loose = runs.assign(certified_share=runs["certified_share"] * runs["d"] ** -0.3)
    finding = decide("fresh-perturbation-exponent", tables | {"dimension_runs": loose})
    assert finding.verdict is Verdict.DEVIATION


def test_which_matrices_could_be_trained_moves_averages_and_not_what_is_paired(tables):
    runs = tables["dimension_runs"].copy()
    runs.loc[(runs["d"] == 64) & (runs["phi"] < 0.09), "trained"] = False
    harder = tables | {"dimension_runs": runs}
    average = decide("fresh-figure2-cos", harder)
    assert average.estimate.value > -0.48
    assert "φ of the same matrices: −0.4" in average.note
    typical = decide("fresh-figure2-typical", harder)
    assert typical.estimate.value == pytest.approx(-0.5, abs=0.02)
    assert typical.verdict is Verdict.REPRODUCED


def test_networks_that_follow_a_root_of_φ_are_taken_to_the_average_with_that_power(tables):
    runs = tables["dimension_runs"].copy()
    average = expected_compression_ratio(runs["d"].to_numpy())
    runs["found_share"] = average * np.sqrt(runs["phi"] / average)
    runs.loc[(runs["d"] == 64) & (runs["phi"] < 0.09), "trained"] = False
    finding = decide("fresh-perturbation-typical", tables | {"dimension_runs": runs})
    law = np.polyfit(np.log(np.unique(runs["d"])), np.log(np.unique(average)[::-1]), 1)[0]
    assert finding.estimate.value == pytest.approx(law, abs=0.02)
    assert "Power of φ at one d: 0.5" in finding.note


def test_dimensions_with_few_trained_networks_are_not_fitted(tables):
    runs = tables["dimension_runs"].copy()
    runs["trained"] = runs["trained"] & ((runs["d"] == 4) | (runs["run"] < 2))
    changed = tables | {"dimension_runs": runs}
    assert verdict("fresh-figure2-cos", changed) is Verdict.UNTESTABLE
    assert verdict("fresh-relu-dimension", changed) is Verdict.UNTESTABLE
