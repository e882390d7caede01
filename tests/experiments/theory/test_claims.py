"""The theorems' claims, on tables that are made up."""

import pytest
from tests.experiments.theory.holding import theory_tables
from tests.paper.claims.deciding import BY_ID, SCHEMAS, by_path, changed, decide, verdict

from fcflow.experiments.theory.rows import exact, row
from fcflow.paper.claims.finding import Verdict


@pytest.fixture
def tables():
    """Return every table of the theory, where every claim holds."""
    return theory_tables()


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
    flat = SCHEMAS["lemma2"].table(
        [row("log_tail_per_d", 64, exact(-1.0), 0.0, alpha) for alpha in ("0.0001", "0.01")]
    )
    assert verdict("lemma2-limit", tables | {"lemma2": flat}) is Verdict.FAILED


def test_a_share_of_targeted_attacks_that_falls_with_d_refutes_the_proof(tables):
    rows = tables["theorem1"].copy()
    rows.loc[rows["quantity"] == "targeted", "estimate"] = [0.5, 0.1, 0.0]
    finding = decide("theorem1-target", tables | {"theorem1": rows})
    assert finding.verdict is Verdict.FAILED
    assert (finding.estimate.value, finding.estimate.n) == (0.0, 100)
    assert "50% of the networks answer d − 1 at d = 16, none beyond d = 64" in finding.note
    most = changed(tables, "theorem1", "targeted", 0.9)
    assert verdict("theorem1-target", most) is Verdict.DEVIATION
    every = changed(tables, "theorem1", "targeted", 1.0)
    assert verdict("theorem1-target", every) is Verdict.REPRODUCED


def test_outputs_that_miss_1_and_0_refute_theorem_1(tables):
    assert (
        verdict("theorem1-flips", changed(tables, "theorem1", "rounding", 11.0)) is Verdict.FAILED
    )


def test_paths_that_do_not_converge_are_counted(tables):
    for converged, expected in ((49, Verdict.DEVIATION), (40, Verdict.FAILED)):
        fewer = {"identity": tables["identity"].assign(converged=converged)}
        finding = decide("section5-identity", tables | fewer)
        assert finding.verdict is expected
        assert finding.note == f"By networks: linear {converged} of 50."


def test_intervals_are_of_the_level_that_is_configured(tables):
    wide, narrow = (
        BY_ID["theorem1-flips"].decide(by_path(tables), level=level).estimate
        for level in (0.99, 0.5)
    )
    assert wide.value == narrow.value
    assert wide.low < narrow.low < narrow.high <= wide.high
