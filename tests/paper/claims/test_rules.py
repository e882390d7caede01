import math

import pytest

from fcflow.paper.claims.finding import Measured, Verdict
from fcflow.paper.claims.rules import Between
from fcflow.stats import Estimate

BAND = Between(0.8, 1.25, shown="1")


@pytest.mark.parametrize(
    ("estimate", "verdict"),
    [
        (Estimate(1.0, 0.9, 1.1, 3), Verdict.REPRODUCED),
        (Estimate(1.0, 0.5, 2.0, 3), Verdict.DEVIATION),  # too little was measured
        (Estimate(1.3, 1.2, 1.4, 3), Verdict.FAILED),
        (Estimate(1.0, math.nan, math.nan, 1), Verdict.REPRODUCED),
        (Estimate(math.nan, math.nan, math.nan, 0), Verdict.UNTESTABLE),
    ],
)
def test_the_interval_has_to_lie_in_the_band(estimate, verdict):
    assert BAND.judge(Measured(estimate)).verdict is verdict
