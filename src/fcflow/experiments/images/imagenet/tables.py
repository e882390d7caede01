"""Tables 7 and 8, and the same over every pair of images ([FC] §6)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from fcflow.experiments.images.averages import STATISTICS, statistics
from fcflow.experiments.images.chance import word_of_chance
from fcflow.experiments.images.columns import ANSWERS, ATTACKS, CURVES, EXPERIMENTS, NETWORKS
from fcflow.experiments.images.layouts import (
    LENGTHS,
    LOST,
    answer_note,
    pair_layout,
    path_layout,
    quadrature_note,
)
from fcflow.experiments.images.pair_table import PAIR_TABLE, pair_rows
from fcflow.experiments.images.path_table import PATH_TABLE, path_rows
from fcflow.experiments.images.statistics_layout import statistics_layout
from fcflow.paper import published
from fcflow.paper.numbers import number
from fcflow.paper.phrases import several
from fcflow.paper.table import ShownTable, table

_LOST = LOST.format(pairs=published.TABLE8_PAIRS) + " They are other images, on another network."


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
    caption="Feature compression on real photographs: the cosine between the difference of two"
    " images of different classes and the network's gradient, at places γ of the straight path from"
    " one to the other. Near 0 means that the network hardly looks along what tells both images"
    " apart.",
)
def table7(
    curves: pd.DataFrame,
    experiments: pd.DataFrame,
    answers: pd.DataFrame,
    networks: pd.DataFrame,
    *,
    image_size: int,
    pairs: Mapping[str, Any],
    resamples: int,
    level: float,
) -> ShownTable:
    """Make Table 7: cos θ_γ of every pair at every γ."""
    rows = path_rows(curves, experiments)
    dimension = 3 * image_size**2
    notes = [
        *_warnings(answers, networks, pairs),
        (
            f"A random direction in {dimension} dimensions has |cos θ| ="
            f" {number(np.sqrt(2 / np.pi / dimension))} on average."
        ),
        quadrature_note(experiments),
        _LOST,
    ]
    shown, layout = path_layout(
        rows,
        "Table 7. Feature compression along the path between two images",
        notes,
        every=rows,
        name=_pair_name,
        size=True,
        resamples=resamples,
        level=level,
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
    caption="How little puts the class of another photograph ahead of a photograph's own, beside"
    " how far that other one is, the nearest of another class: the least perturbation ‖e‖ that"
    " does, its share of half that distance, the compression |cos θ| that the paper says is close"
    " to this share, and the length D̃ that the path integral predicts. A third class may then be"
    " the answer; any other answer needs no more.",
)
def table8(
    experiments: pd.DataFrame,
    attacks: pd.DataFrame,
    answers: pd.DataFrame,
    networks: pd.DataFrame,
    *,
    pairs: Mapping[str, Any],
    resamples: int,
    level: float,
) -> ShownTable:
    """Make Table 8: distances, norms of perturbations and predicted lengths of every pair."""
    rows = pair_rows(experiments, attacks)
    notes = [
        *_warnings(answers, networks, pairs),
        (
            "Lengths are Euclidean, of images whose pixels lie in [0, 1]. ‖e‖ is the shortest"
            " perturbation found with which the output for x2's class exceeds that for x1's. D̃"
            " measures the whole path to the other image; ‖e‖ only the part up to the boundary."
        ),
        answer_note(rows),
        (
            "The claim on |D̃|/‖e‖ is of another ‖e‖, that of the iterated attack, which goes on"
            " until the other class is the answer."
        ),
        quadrature_note(rows),
        _LOST,
    ]
    shown, layout = pair_layout(
        rows.assign(named=[_pair_name(row) for _, row in rows.iterrows()]),
        "Table 8. Least perturbations of images",
        notes,
        labels={"named": "pair", **LENGTHS},
        average=f"mean of all {len(experiments)}",
        resamples=resamples,
        level=level,
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
    caption="Tables 7 and 8 over every pair of photographs: averages, how often each attack"
    " succeeds, and what the least perturbation ‖e‖ goes with.",
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
    chosen = sum(all(name in right for name in names) for names in pairs.get("named", ()))
    instead = f", {chosen} of them with one that was chosen instead" if chosen else ""
    none = "NO PAIR: there are no two correctly classified images of different classes."
    return [
        word_of_chance(networks),
        "" if count else none,
        f"Asked for and left out, because misclassified: {taken}." if left_out else "",
        f"{len(right)} of {len(answers)} images are classified correctly.",
        (
            f"{several(count, 'pair')}: each correct image with its nearest image of another class"
            f"{instead}."
        ),
    ]
