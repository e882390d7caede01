"""The verdicts on the claims of Tables 3 and 4, from tables made up so that they are known."""

import pandas as pd
import pytest
from tests.experiments.relu import made_up
from tests.paper.claims.deciding import decide, verdict

from fcflow.paper.claims.finding import Verdict


@pytest.fixture(scope="module")
def tables():
    return made_up.claim_tables()


def test_depths_that_compress_less_are_told(tables):
    deeper = tables["relu_experiments"].copy()
    deeper.loc[deeper["depth"] == 2, "rho_mean"] += 0.3
    assert verdict("table3-depth", tables | {"relu_experiments": deeper}) is Verdict.FAILED
    rising = pd.DataFrame([{"depth": 1, "estimate": 0.1, "low": 0.05, "high": 0.2, "n": 9}])
    assert verdict("table3-dimension", tables | {"relu_slopes": rising}) is Verdict.FAILED


def test_a_perturbation_that_is_not_the_compression_refutes_the_law(tables):
    twice = tables["relu_points"].assign(minimal_ratio=lambda rows: 2 * rows["minimal_ratio"])
    finding = decide("abstract-non-linear", tables | {"relu_points": twice})
    assert finding.verdict is Verdict.FAILED
    assert finding.estimate.value == pytest.approx(2.0, abs=0.01)


def test_only_accurate_networks_are_counted_along_the_segment(tables):
    networks = tables["relu_experiments"].copy()
    networks.loc[(networks["study"] == "table3") & (networks["run"] > 8), "valid"] = False
    fewer = tables | {"relu_experiments": networks}
    for claim in ("table3-median", "table3-flat"):
        assert decide(claim, fewer).estimate.n == 9
        nothing = tables | {"relu_experiments": networks.assign(valid=False)}
        assert verdict(claim, nothing) is Verdict.UNTESTABLE


def test_every_depths_exponent_is_told_with_what_its_interval_says(tables):
    rows = pd.DataFrame(
        [
            {"depth": 1, "estimate": 0.01, "low": -0.09, "high": 0.13, "n": 39},
            {"depth": 2, "estimate": -0.12, "low": -0.16, "high": -0.07, "n": 70},
            {"depth": 3, "estimate": 0.2, "low": 0.1, "high": 0.3, "n": 59},
        ]
    )
    note = decide("table3-dimension", tables | {"relu_slopes": rows}).note
    assert "0.01 [−0.09, 0.13] with 1, undecided" in note
    assert "[−0.160, −0.070] with 2, ρ falls" in note
    assert "with 3, ρ rises" in note
