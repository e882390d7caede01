"""The abstract's claims."""

import pandas as pd

from fcflow.paper.claims.claim import Claims, Finding, below, estimate_of, near
from fcflow.paper.claims.linear import difference_over_phi, slope_of
from fcflow.paper.claims.relu import difference_over_cosine

CLAIMS = Claims()


@CLAIMS.add(
    "abstract-degrades",
    "Abstract",
    "A neural network's adversarial robustness, relative to the optimal classifier's, degrades as d"
    " increases.",
    statistic="exponent of d in |cos θ1| of valid linear networks",
    rule="reproduced if the interval lies below 0; with deviation if the estimate alone does",
    artifacts=("dimension_slopes",),
)
def _degrades(slopes: pd.DataFrame) -> Finding:
    slope = estimate_of(slope_of(slopes, "abs_cos_theta1"))
    return below(slope, 0.0, 0.0, shown="< 0")


@CLAIMS.add(
    "abstract-1/√d",
    "Abstract",
    "A neural network's adversarial robustness can be only 1/√d of the best possible.",
    statistic="exponent of d in |cos θ1| of valid linear networks",
    rule=(
        "reproduced if the interval holds −1/2; with deviation if the estimate is within 0.1 of it"
    ),
    artifacts=("dimension_slopes",),
)
def _one_over_root_d(slopes: pd.DataFrame) -> Finding:
    return near(estimate_of(slope_of(slopes, "abs_cos_theta1")), -0.5, 0.1)


@CLAIMS.add(
    "abstract-matches",
    "Abstract",
    "The theory matches numerical experiments of practically trained networks remarkably well.",
    statistic="average of ||cos θ1| − φ| over the average of φ, Table 2's runs",
    rule=(
        "reproduced if the interval lies below 0.15 (published: 0.11); with deviation if the"
        " estimate is below 0.3"
    ),
    artifacts=("table2",),
)
def _theory_matches(table2: pd.DataFrame) -> Finding:
    return below(difference_over_phi(table2), 0.15, 0.3)


@CLAIMS.add(
    "abstract-non-linear",
    "Abstract",
    "The theory matches non-linear networks: the least perturbation is the compression times the"
    " feature.",
    statistic="average of |‖e‖/‖a‖ − |cos θ|| over the average of |cos θ|, Table 4's points",
    rule="reproduced if the interval ends below 0.1; with deviation if the estimate is below 0.25",
    artifacts=("table4_averages",),
)
def _non_linear_matches(averages: pd.DataFrame) -> Finding:
    return below(difference_over_cosine(averages), 0.1, 0.25)
