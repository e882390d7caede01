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


@pytest.mark.parametrize(
    "name", ["table1-relation", "table1-direction", "table1-exception", "table1-perturbation"]
)
def test_an_interval_is_as_wide_as_the_configuration_asks_for(name, tables):
    rows = tables["table1"]
    rows = rows.assign(cos_theta1=1.1 * rows["phi"], cos_theta2=0.99 - rows["experiment"] % 2)
    wide, narrow = (
        BY_ID[name].decide(by_path({"table1": rows}), level=level, resamples=1000).estimate
        for level in (0.99, 0.5)
    )
    assert wide.low < narrow.low <= narrow.high < wide.high
