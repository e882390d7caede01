"""What [FC] §6 says of trained networks, judged on one's own by the rules of Tables 5 to 8."""

import pandas as pd

from fcflow.experiments.images.averages import STATISTICS, pick
from fcflow.experiments.images.columns import NETWORKS
from fcflow.experiments.images.deciding import CLOSE, SMALL, in_words, over_pairs
from fcflow.experiments.images.pair_table import LEAST, PAIR_TABLE
from fcflow.experiments.images.path_table import PATH_TABLE
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, Untested
from fcflow.paper.claims.rules import Below
from fcflow.stats import Estimate, mean_estimate

FIXED = "2026-11-21, before (a437435)"
PART = "{own}"
SAMPLE = "{own}"
DIFFERS = (
    "{own}: a network and data of the user's, where the paper has its own; the rules are those of"
    " its tables for MNIST and ImageNet."
)


@claim(
    "{own}-ratio",
    place="Section 6, {own}",
    statement="On {own} the least perturbation over half the distance to the other input is close"
    " to |cos θ|.",
    statistic="average of |‖e‖/half − |cos θ|| over the average of |cos θ|, shortest ‖e‖ of all"
    " attacks",
    rule=CLOSE,
    evidence=("{own}_pairs", "{own}_scatter"),
    reads={
        "rows": STATISTICS.at("results/tables/{own}.parquet"),
        "networks": NETWORKS.at("results/{own}/networks.parquet"),
    },
)
def ratio_is_the_compression(rows: pd.DataFrame, networks: pd.DataFrame) -> Measured | Untested:
    """Measure how far ‖e‖/half is from |cos θ|, in units of |cos θ|."""
    difference, ratio = (pick(rows, name, LEAST) for name in ("difference", "ratio"))
    cosine, linear = (pick(rows, name).value for name in ("abs_cos_theta", "expected_ratio"))
    bounds = (difference.value / cosine, difference.low / cosine, difference.high / cosine)
    correlation = pick(rows, "ratio_cos", LEAST, kind="correlation")
    note = (
        f"‖e‖/half is {ratio.value:.3f} on average, |cos θ| {cosine:.3f}, and {linear:.3f} would"
        f" follow if the gap fell at one rate; correlation with |cos θ| {in_words(correlation)}."
    )
    return over_pairs(Estimate(*bounds, difference.n), networks, note)


@claim(
    "{own}-length",
    place="Section 6, {own}",
    statement="On {own} the perturbation found is close to the predicted length |D̃|.",
    statistic="average of ||D̃|/‖e‖ − 1|, shortest ‖e‖ of all attacks",
    rule=CLOSE,
    evidence=("{own}_pairs", "{own}_scatter"),
    reads={
        "rows": STATISTICS.at("results/tables/{own}.parquet"),
        "networks": NETWORKS.at("results/{own}/networks.parquet"),
    },
)
def length_is_predicted(rows: pd.DataFrame, networks: pd.DataFrame) -> Measured | Untested:
    """Measure how far |D̃| is from ‖e‖."""
    mean, flip = (pick(rows, f"{name}_over_norm", LEAST) for name in ("predicted", "flip"))
    correlation = pick(rows, "length_predicted", LEAST, kind="correlation")
    note = (
        f"|D̃|/‖e‖ is {mean.value:.3f} on average, {flip.value:.3f} with the way to the boundary"
        f" alone (D̃ flip); correlation of ‖e‖ and |D̃| {in_words(correlation)}."
    )
    return over_pairs(pick(rows, "prediction_error", LEAST), networks, note)


@claim(
    "{own}-small",
    place="Section 6, {own}",
    statement="On {own} the average compression along the path between two inputs is small.",
    statistic="average of |cos θ_γ| over the path, average over pairs",
    rule=SMALL,
    evidence=("{own}_paths",),
    reads={
        "rows": STATISTICS.at("results/tables/{own}.parquet"),
        "networks": NETWORKS.at("results/{own}/networks.parquet"),
    },
)
def compression_is_small(rows: pd.DataFrame, networks: pd.DataFrame) -> Measured | Untested:
    """Measure |cos θ_γ| over the path."""
    note = "Without the sign, so that nothing cancels."
    return over_pairs(pick(rows, "mean_abs_cos"), networks, note)


@claim(
    "{own}-everywhere",
    place="Section 6, {own}",
    statement="On {own} |cos θ_γ| stays small all along the path between two inputs.",
    statistic="largest |cos θ_γ| over the path, average over pairs",
    rule=SMALL,
    reads={
        "table": PATH_TABLE.at("results/tables/{own}_paths.parquet"),
        "networks": NETWORKS.at("results/{own}/networks.parquet"),
    },
)
def compression_stays_small(
    table: pd.DataFrame, networks: pd.DataFrame, *, resamples: int, level: float
) -> Measured | Untested:
    """Measure the largest |cos θ_γ| of each path."""
    largest = table["cos_theta"].abs().groupby([table["network"], table["pair"]]).max()
    estimate = mean_estimate(largest.dropna(), resamples=resamples, level=level)
    return over_pairs(estimate, networks, f"At most {largest.max():.4f} on any of the paths.")


@claim(
    "{own}-distance",
    place="Section 6, {own}",
    statement="On {own} the perturbation found is far smaller than the distance between both"
    " inputs.",
    statistic="shortest ‖e‖ of all attacks over ‖x1 − x2‖, average over pairs",
    rule=Below(0.1, 0.33),  # an order of magnitude
    reads={
        "rows": PAIR_TABLE.at("results/tables/{own}_pairs.parquet"),
        "networks": NETWORKS.at("results/{own}/networks.parquet"),
    },
)
def perturbation_is_far_smaller(
    rows: pd.DataFrame, networks: pd.DataFrame, *, resamples: int, level: float
) -> Measured | Untested:
    """Measure the shortest ‖e‖ over the distance of both inputs."""
    own = rows[rows["attack"].eq(LEAST) & rows["criterion"].eq("pair")]
    shortest = own.sort_values("box", kind="stable").drop_duplicates(["network", "pair"])
    ratios = (shortest["norm"] / shortest["distance"]).dropna()
    return over_pairs(mean_estimate(ratios, resamples=resamples, level=level), networks)
