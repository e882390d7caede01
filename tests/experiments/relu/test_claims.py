"""The verdicts on the claims of Tables 3 and 4, from tables made up so that they are known."""

import pandas as pd
import pytest
from tests.experiments.relu import made_up
from tests.paper.claims.deciding import verdict

from fcflow.paper.claims.finding import Verdict


@pytest.fixture(scope="module")
def tables():
    return made_up.claim_tables()


def test_depths_that_compress_less_are_told(tables):
    deeper = tables["relu"].copy()
    deeper.loc[deeper["depth"] == 2, "estimate"] = 0.6
    assert verdict("table3-depth", tables | {"relu": deeper}) is Verdict.FAILED
    rising = pd.DataFrame([{"depth": 1, "estimate": 0.1, "low": 0.05, "high": 0.2, "n": 9}])
    assert verdict("table3-dimension", tables | {"relu_slopes": rising}) is Verdict.FAILED
