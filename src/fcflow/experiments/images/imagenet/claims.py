"""The claims of Tables 7 and 8 and Figure 6, and of the abstract about ImageNet."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from fcflow.experiments.images.averages import STATISTICS, pick
from fcflow.experiments.images.columns import NETWORKS
from fcflow.experiments.images.deciding import CLOSE, SMALL, in_words, over_pairs
from fcflow.experiments.images.pair_table import LEAST, PAIR_TABLE
from fcflow.experiments.images.path_table import PATH_TABLE
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, Untested
from fcflow.paper.claims.rules import Below
from fcflow.paper.numbers import number
from fcflow.stats import mean_estimate

FIXED = "2026-11-21, after quick runs (a437435)"
SAMPLE = "imagenet"
DIFFERS = (
    "Network {images.imagenet.classifier.model}, of images {images.imagenet.image_size} pixels"
    " wide, where the paper has inception_resnet_v2; {images.imagenet.images} images, where the"
    " paper has English springers, each with its closest Afghan hound. The shipped ones are 20 of"
    " other classes, each with its closest image of another class: substitutes for both."
)


@claim(
    "abstract-imagenet",
    place="Abstract",
    statement="The theory matches networks for ImageNet images: the shortest perturbation found is"
    " as long as predicted, |D̃|.",
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
def compression_is_small(
    imagenet: pd.DataFrame, networks: pd.DataFrame, *, settings: Mapping[str, Any]
) -> Measured | Untested:
    """Measure |cos θ_γ| over the path."""
    estimate = pick(imagenet, "mean_abs_cos")
    note = f"Without the sign, so that nothing cancels. {_beside_chance(estimate.value, settings)}"
    return over_pairs(estimate, networks, note.strip())


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
    statement="On ImageNet |cos θ_γ| stays small all along the path between two images.",
    statistic="largest |cos θ_γ| over the path, average over pairs",
    rule=SMALL,
    reads={
        "table7": PATH_TABLE.at("results/tables/table7.parquet"),
        "networks": NETWORKS.at("results/imagenet/networks.parquet"),
    },
)
def compression_stays_small(
    table7: pd.DataFrame,
    networks: pd.DataFrame,
    *,
    resamples: int,
    level: float,
    settings: Mapping[str, Any],
) -> Measured | Untested:
    """Measure the largest |cos θ_γ| of each path."""
    largest = table7["cos_theta"].abs().groupby([table7["name1"], table7["name2"]]).max()
    estimate = mean_estimate(largest.dropna(), resamples=resamples, level=level)
    chance = _beside_chance(estimate.value, settings)
    note = f"At most {largest.max():.4f} on any of the paths. {chance}"
    return over_pairs(estimate, networks, note.strip())


def _beside_chance(cosine: float, settings: Mapping[str, Any]) -> str:
    """Return how large |cos θ| and its limit are beside a random direction's, if d is known."""
    pixels = settings.get("images.imagenet.image_size")
    if pixels is None:
        return ""
    d = 3 * pixels**2
    chance = math.sqrt(2 / (math.pi * d))
    return (
        f"A random direction in {d} dimensions has |cos θ| = {number(chance, digits=2)} on average;"
        f" this is {number(cosine / chance, digits=2)} times that, and the limit of"
        f" {SMALL.limit:g} is {number(SMALL.limit / chance, digits=2)} times: at such a d it cannot"
        " tell compression from chance."
    )


def _length_is_predicted(
    imagenet: pd.DataFrame, networks: pd.DataFrame, attack: str, criterion: str
) -> Measured | Untested:
    flip = pick(imagenet, "flip_over_norm", LEAST)
    correlation = pick(imagenet, "length_predicted", attack, criterion, kind="correlation")
    note = (
        f"{_by_attack(imagenet)} Here the correlation of ‖e‖ and |D̃| is {in_words(correlation)}. D̃"
        " counts the way beyond the boundary too; that up to it over"
        f" the shortest ‖e‖ is {flip.value:.3f} on average."
    )
    return over_pairs(pick(imagenet, "prediction_error", attack, criterion), networks, note)


def _by_attack(imagenet: pd.DataFrame) -> str:
    """Return |D̃|/‖e‖ of a long and of the shortest perturbation."""
    ways = {
        "the iterated attack that ends at the target's class": ("iterated", "target"),
        "the shortest of all attacks": (LEAST, "pair"),
    }
    told = []
    for words, way in ways.items():
        ratio, norm = (pick(imagenet, name, *way).value for name in ("predicted_over_norm", "norm"))
        if not math.isnan(ratio):
            told.append(f"{ratio:.2f} with {words} (‖e‖ {number(norm)})")
    return (
        f"|D̃|/‖e‖ is, on average, {' and '.join(told)}: whether they are close depends on how much"
        " longer than the shortest an attack's perturbation is."
    )
