"""The claims of Tables 5 and 6: MNIST."""

import pandas as pd

from fcflow.experiments.images.averages import STATISTICS, pick
from fcflow.experiments.images.columns import NETWORKS
from fcflow.experiments.images.deciding import CLOSE, SMALL, in_words, over_networks
from fcflow.experiments.images.pair_table import LEAST
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, Untested
from fcflow.stats import Estimate

FIXED = "2026-11-21, after quick runs (a437435)"
SAMPLE = "mnist"
DIFFERS = (
    "A substitute for MNIST: {images.mnist.train_images} training digits of {images.mnist.source},"
    " where MNIST has 60,000; all pairs of {images.mnist.networks} networks, where the paper shows"
    " five pairs of one. The paper's sizes of layers, steps and epochs are lost in its text; those"
    " of PyTorch's example stand for them."
)


@claim(
    "table5-ratio",
    place="Table 5",
    statement="On MNIST the least perturbation over half the distance to the blocked-out image is"
    " close to |cos θ|.",
    statistic="average of |‖e‖ over half the distance − |cos θ||, over the average of |cos θ|;"
    " shortest ‖e‖ of all attacks",
    rule=CLOSE,
    evidence=("table5",),
    reads={
        "mnist": STATISTICS.at("results/tables/mnist.parquet"),
        "networks": NETWORKS.at("results/mnist/networks.parquet"),
    },
)
def ratio_is_the_compression(mnist: pd.DataFrame, networks: pd.DataFrame) -> Measured | Untested:
    """Measure how far ‖e‖/half is from |cos θ|, in units of |cos θ|."""
    difference, ratio = (pick(mnist, name, LEAST) for name in ("difference", "ratio"))
    names = ("abs_cos_theta", "expected_ratio", "gap_share")
    cosine, linear, share = (pick(mnist, name).value for name in names)
    bounds = (difference.value / cosine, difference.low / cosine, difference.high / cosine)
    correlation = pick(mnist, "ratio_cos", LEAST, kind="correlation")
    note = (
        f"Averages: ‖e‖ over half the distance {ratio.value:.3f}, |cos θ| {cosine:.3f}; their"
        f" correlation {in_words(correlation)}. Were g linear, the former would be {linear:.3f},"
        f" because −g(x2)/g(x1) is {share:.2f} and not 1."
    )
    return over_networks(Estimate(*bounds, difference.n), networks, note)


@claim(
    "table5-length",
    place="Table 5",
    statement="On MNIST the least perturbation is close to the predicted length |D̃|.",
    statistic="average of ||D̃|/‖e‖ − 1|, shortest ‖e‖ of all attacks",
    rule=CLOSE,
    evidence=("table5",),
    reads={
        "mnist": STATISTICS.at("results/tables/mnist.parquet"),
        "networks": NETWORKS.at("results/mnist/networks.parquet"),
    },
)
def length_is_predicted(mnist: pd.DataFrame, networks: pd.DataFrame) -> Measured | Untested:
    """Measure how far |D̃| is from ‖e‖."""
    mean, flip = (pick(mnist, f"{name}_over_norm", LEAST) for name in ("predicted", "flip"))
    correlation = pick(mnist, "length_predicted", LEAST, kind="correlation")
    note = (
        f"|D̃|/‖e‖ is {mean.value:.3f} on average, {flip.value:.3f} with the way to the boundary"
        f" alone; correlation of ‖e‖ and |D̃| {in_words(correlation)}."
    )
    return over_networks(pick(mnist, "prediction_error", LEAST), networks, note)


@claim(
    "table6-small",
    place="Table 6",
    statement="On MNIST the average compression along the path between two images is small.",
    statistic="average of |cos θ_γ| over the path, average over pairs",
    rule=SMALL,
    evidence=("table6",),
    reads={
        "mnist": STATISTICS.at("results/tables/mnist.parquet"),
        "networks": NETWORKS.at("results/mnist/networks.parquet"),
    },
)
def compression_is_small(mnist: pd.DataFrame, networks: pd.DataFrame) -> Measured | Untested:
    """Measure |cos θ_γ| over the path."""
    note = "Without the sign, so that nothing cancels."
    return over_networks(pick(mnist, "mean_abs_cos"), networks, note)
