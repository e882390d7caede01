"""Tables 7 and 8, and the same over every pair of images ([FC] §6)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from fcflow.experiments.images.averages import STATISTICS, statistics
from fcflow.experiments.images.chance import word_of_chance
from fcflow.experiments.images.columns import ANSWERS, ATTACKS, CURVES, EXPERIMENTS, NETWORKS
from fcflow.experiments.images.layouts import (
    pair_layout,
    path_layout,
    quadrature_note,
    statistics_layout,
)
from fcflow.experiments.images.pair_table import LEAST, PAIR_TABLE, of_way, pair_rows, ways_of
from fcflow.experiments.images.path_table import PATH_TABLE, path_rows
from fcflow.paper import published
from fcflow.paper.table import ShownTable, table

_LOST = (
    f"The paper has {published.TABLE8_PAIRS} pairs of other images on another network; the entries"
    " of its table are lost in its text, so nothing published stands beside."
)


@table(
    "table7",
    schema=PATH_TABLE,
    reads={
        "curves": CURVES.at("results/imagenet/curves.parquet"),
        "experiments": EXPERIMENTS.at("results/imagenet/experiments.parquet"),
        "answers": ANSWERS.at("results/imagenet/answers.parquet"),
        "networks": NETWORKS.at("results/imagenet/networks.parquet"),
    },
    label="Table 7",
    shows="cos θ on paths between images",
    caption="Feature compression on real images: the cosine between the gradient of the logit gap"
    " and the direction from one image of a pair to the other, at points of the path between them,"
    " and its averages. A pair is a correctly classified image with the closest correctly"
    " classified image of another class, unless the configuration names another.",
)
def table7(
    curves: pd.DataFrame,
    experiments: pd.DataFrame,
    answers: pd.DataFrame,
    networks: pd.DataFrame,
    *,
    image_size: int,
    pairs: Mapping[str, Any],
) -> ShownTable:
    """Make Table 7: cos θ_γ of every pair at every γ."""
    rows = path_rows(curves, experiments)
    dimension = 3 * image_size**2
    notes = [
        *_warnings(answers, networks, pairs),
        (
            f"A random direction in {dimension} dimensions has |cos θ| ="
            f" {np.sqrt(2 / np.pi / dimension):.5f} on average."
        ),
        quadrature_note(experiments),
        _LOST,
    ]
    shown, layout = path_layout(
        rows,
        "Table 7. Feature compression along the path between two images",
        notes,
        name=_pair_name,
        all_pairs=True,
        decimals=5,
    )
    return ShownTable(rows, shown, layout)


@table(
    "table8",
    schema=PAIR_TABLE,
    reads={
        "experiments": EXPERIMENTS.at("results/imagenet/experiments.parquet"),
        "attacks": ATTACKS.at("results/imagenet/attacks.parquet"),
        "answers": ANSWERS.at("results/imagenet/answers.parquet"),
        "networks": NETWORKS.at("results/imagenet/networks.parquet"),
    },
    label="Table 8",
    shows="least perturbations of images",
    caption="How little changes what the network says: norms of perturbations by attack and by what"
    " they have to reach, beside the distance between the images of the pair and the lengths that"
    " the path integral and the first order predict. Pixels lie in [0, 1].",
)
def table8(
    experiments: pd.DataFrame,
    attacks: pd.DataFrame,
    answers: pd.DataFrame,
    networks: pd.DataFrame,
    *,
    pairs: Mapping[str, Any],
) -> ShownTable:
    """Make Table 8: distances, norms of perturbations and predicted lengths of every pair."""
    rows = pair_rows(experiments, attacks)
    ways = [way for way in ways_of(rows) if way.attack != LEAST]
    missed = [(way, int((~of_way(rows, way)["success"]).sum())) for way in ways]
    notes = [
        *_warnings(answers, networks, pairs),
        (
            "Norms are L2, of images whose pixels lie in [0, 1]. ‖e‖/half is the shortest"
            " perturbation found with which the logit of x2's class exceeds that of x1's, over half"
            " the distance; D̃ is the path integral over ‖∇g(x1)‖, and D̃ flip is g(x1) over it."
        ),
        *(
            f"Without success: {way.label}, {way.aim}, {count} of {len(experiments)} pairs."
            for way, count in missed
            if count
        ),
        quadrature_note(rows),
        _LOST,
    ]
    shown, layout = pair_layout(
        rows.assign(named=[_pair_name(row) for _, row in rows.iterrows()]),
        "Table 8. Least perturbations of images",
        notes,
        ways=ways,
        before={"named": "pair", "distance": "‖x1 − x2‖", "half_distance": "half"},
        after={
            "predicted_length": "D̃",
            "flip_length": "D̃ flip",
            "ratio": "‖e‖/half",
            "abs_cos_theta": "|cos θ|",
        },
        average=f"mean of all {len(experiments)}",
    )
    return ShownTable(rows, shown, layout)


@table(
    "imagenet",
    schema=STATISTICS,
    reads={
        "experiments": EXPERIMENTS.at("results/imagenet/experiments.parquet"),
        "attacks": ATTACKS.at("results/imagenet/attacks.parquet"),
        "answers": ANSWERS.at("results/imagenet/answers.parquet"),
        "networks": NETWORKS.at("results/imagenet/networks.parquet"),
    },
    label="Tables 7 and 8 in full",
    shows="every pair of images",
    caption="Averages, correlations and success rates over every pair of images.",
)
def imagenet(
    experiments: pd.DataFrame,
    attacks: pd.DataFrame,
    answers: pd.DataFrame,
    networks: pd.DataFrame,
    *,
    pairs: Mapping[str, Any],
    resamples: int,
    level: float,
) -> ShownTable:
    """Make the statistics over all pairs of images."""
    rows = statistics(experiments, attacks, networks, unit="pair", resamples=resamples, level=level)
    notes = [
        *_warnings(answers, networks, pairs),
        (
            "n counts pairs. Pairs share images, so that intervals, which take them for"
            " independent, are too narrow rather than too wide. Intervals: bootstrap; Wilson's for"
            " success."
        ),
    ]
    title = "Tables 7 and 8 over all pairs"
    return ShownTable(rows, *statistics_layout(rows, title, notes, level))


def _pair_name(row: Any) -> str:
    return f"{row['place']}. {row['class1']} → {row['class2']}"


def _warnings(answers: pd.DataFrame, networks: pd.DataFrame, pairs: Mapping[str, Any]) -> list[str]:
    """Return what a reader must know first: accuracy at chance, no pairs, pairs left out."""
    count = int(networks["pairs"].sum())
    right = set(answers.loc[answers["correct"], "name"])
    left_out = [name for names in pairs.get("named", ()) for name in names if name not in right]
    wrong = dict(zip(answers["name"], answers["predicted_name"], strict=True))
    taken = ", ".join(f"{name} (taken for {wrong[name]})" for name in left_out)
    none = "NO PAIR: there are no two correctly classified images of different classes."
    return [
        word_of_chance(networks),
        "" if count else none,
        f"Asked for and left out, because misclassified: {taken}." if left_out else "",
        (
            f"{len(right)} of {len(answers)} images are classified correctly; each of them, with"
            " the closest one of another class unless another was asked for, is a pair:"
            f" {count}."
        ),
    ]
