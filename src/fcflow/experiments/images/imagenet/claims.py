"""The claims of Tables 7 and 8 and Figure 6, and of the abstract about ImageNet."""

import pandas as pd

from fcflow.experiments.images.averages import STATISTICS, pick
from fcflow.experiments.images.columns import NETWORKS
from fcflow.experiments.images.deciding import CLOSE, SMALL, in_words, over_pairs
from fcflow.experiments.images.pair_table import LEAST, PAIR_TABLE
from fcflow.experiments.images.path_table import PATH_TABLE
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, Untested
from fcflow.paper.claims.rules import Below
from fcflow.stats import mean_estimate

FIXED = "2026-11-21, after quick runs (a437435)"
SAMPLE = "imagenet"
DIFFERS = (
    "Network {images.imagenet.classifier.model}, where the paper has inception_resnet_v2;"
    " {images.imagenet.images} images, where the paper has English springers, each with its"
    " closest Afghan hound. The shipped ones are 20 of other classes, each with its closest image"
    " of another class: substitutes for both."
)


@claim(
    "abstract-imagenet",
    place="Abstract",
    statement="The theory matches networks for ImageNet images.",
    statistic="average of ||D̃|/‖e‖ − 1|, shortest ‖e‖ of all attacks",
    rule=Below(0.15, 0.3),  # as for linear networks
    evidence=("table8",),
    reads={
        "imagenet": STATISTICS.at("results/tables/imagenet.parquet"),
        "networks": NETWORKS.at("results/imagenet/networks.parquet"),
    },
)
def theory_matches(imagenet: pd.DataFrame, networks: pd.DataFrame) -> Measured | Untested:
    """Measure how far |D̃| is from the shortest ‖e‖."""
    return _length_is_predicted(imagenet, networks, LEAST, "pair")


@claim(
    "table7-small",
    place="Table 7",
    statement="On ImageNet the average compression along the path between two images is small.",
    statistic="average of |cos θ_γ| over the path, average over pairs",
    rule=SMALL,
    evidence=("table7", "figure6"),
    reads={
        "imagenet": STATISTICS.at("results/tables/imagenet.parquet"),
        "networks": NETWORKS.at("results/imagenet/networks.parquet"),
    },
)
def compression_is_small(imagenet: pd.DataFrame, networks: pd.DataFrame) -> Measured | Untested:
    """Measure |cos θ_γ| over the path."""
    note = (
        "Without the sign, so that nothing cancels; a random direction in d dimensions has about"
        " 0.8/√d."
    )
    return over_pairs(pick(imagenet, "mean_abs_cos"), networks, note)


@claim(
    "table8-length",
    place="Table 8",
    statement="On ImageNet the perturbation found is close to the predicted length |D̃|.",
    statistic="average of ||D̃|/‖e‖ − 1|, ‖e‖ of the iterated attack that ends at the target's"
    " class",
    rule=CLOSE,
    evidence=("table8",),
    reads={
        "imagenet": STATISTICS.at("results/tables/imagenet.parquet"),
        "networks": NETWORKS.at("results/imagenet/networks.parquet"),
    },
)
def length_is_predicted(imagenet: pd.DataFrame, networks: pd.DataFrame) -> Measured | Untested:
    """Measure how far |D̃| is from the iterated attack's ‖e‖."""
    return _length_is_predicted(imagenet, networks, "iterated", "target")


@claim(
    "table8-distance",
    place="Table 8",
    statement="On ImageNet the perturbation found is far smaller than the distance between the"
    " images.",
    statistic="‖e‖ / ‖x1 − x2‖ of the iterated attack that ends at the target's class, average over"
    " pairs",
    rule=Below(0.1, 0.33),  # an order of magnitude
    reads={
        "table8": PAIR_TABLE.at("results/tables/table8.parquet"),
        "networks": NETWORKS.at("results/imagenet/networks.parquet"),
    },
)
def perturbation_is_far_smaller(
    table8: pd.DataFrame, networks: pd.DataFrame, *, resamples: int, level: float
) -> Measured | Untested:
    """Measure the iterated attack's ‖e‖ over the distance of the images."""
    rows = table8[table8["attack"].eq("iterated") & table8["criterion"].eq("target")]
    ratios = (rows["norm"] / rows["distance"]).dropna()
    return over_pairs(mean_estimate(ratios, resamples=resamples, level=level), networks)


@claim(
    "figure6-small",
    place="Figure 6",
    statement="|cos θ_γ| stays small all along the path between two images.",
    statistic="largest |cos θ_γ| over the path, average over pairs",
    rule=SMALL,
    reads={
        "table7": PATH_TABLE.at("results/tables/table7.parquet"),
        "networks": NETWORKS.at("results/imagenet/networks.parquet"),
    },
)
def compression_stays_small(
    table7: pd.DataFrame, networks: pd.DataFrame, *, resamples: int, level: float
) -> Measured | Untested:
    """Measure the largest |cos θ_γ| of each path."""
    largest = table7["cos_theta"].abs().groupby([table7["name1"], table7["name2"]]).max()
    estimate = mean_estimate(largest.dropna(), resamples=resamples, level=level)
    return over_pairs(estimate, networks, f"At most {largest.max():.4f} on any of the paths.")


def _length_is_predicted(
    imagenet: pd.DataFrame, networks: pd.DataFrame, attack: str, criterion: str
) -> Measured | Untested:
    mean = pick(imagenet, "predicted_over_norm", attack, criterion)
    flip = pick(imagenet, "flip_over_norm", LEAST)
    correlation = pick(imagenet, "length_predicted", attack, criterion, kind="correlation")
    note = (
        f"|D̃|/‖e‖ is {mean.value:.3f} on average; correlation of ‖e‖ and |D̃|"
        f" {in_words(correlation)}. D̃ counts the way beyond the boundary too; that up to it over"
        f" the shortest ‖e‖ is {flip.value:.3f} on average."
    )
    return over_pairs(pick(imagenet, "prediction_error", attack, criterion), networks, note)
