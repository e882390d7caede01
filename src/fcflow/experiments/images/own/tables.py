"""The tables of an experiment with a name of the user's own: pairs, paths, and all of them."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from fcflow.artifacts.schema import REASON
from fcflow.attacks.registry import attack_label
from fcflow.experiments.images.averages import STATISTICS, statistics
from fcflow.experiments.images.chance import word_of_chance
from fcflow.experiments.images.columns import ATTACKS, CURVES, EXPERIMENTS, NETWORKS, PATHS
from fcflow.experiments.images.layouts import (
    LENGTHS,
    answer_note,
    pair_layout,
    path_layout,
    quadrature_note,
)
from fcflow.experiments.images.own.prepare import SKIPPED
from fcflow.experiments.images.pair_table import PAIR_TABLE, pair_rows
from fcflow.experiments.images.path_table import PATH_TABLE, path_rows
from fcflow.experiments.images.statistics_layout import statistics_layout
from fcflow.paper.phrases import several
from fcflow.paper.table import ShownTable, table

_SHOWN = 4  # files that a note names


@table(
    "{own}_pairs",
    schema=PAIR_TABLE,
    reads={
        "experiments": EXPERIMENTS.at("results/{own}/experiments.parquet"),
        "attacks": ATTACKS.at("results/{own}/attacks.parquet"),
        "networks": NETWORKS.at("results/{own}/networks.parquet"),
    },
    label="Pairs of {own}",
    shows="least perturbations and compression",
    caption="How little puts the class of the other input of a pair ahead of an input's own, beside"
    " how far that other one is: the least perturbation ‖e‖ that does, its share of half that"
    " distance, the compression |cos θ| that the paper says is close to this share, and the length"
    " D̃ that the path integral predicts.",
)
def pairs(
    experiments: pd.DataFrame,
    attacks: pd.DataFrame,
    networks: pd.DataFrame,
    *,
    experiment: str,
    resamples: int,
    level: float,
) -> ShownTable:
    """Make the table of pairs, as Tables 5 and 8 are made."""
    rows = pair_rows(experiments, attacks)
    notes = [
        word_of_chance(networks),
        (
            "Lengths are Euclidean, in the units of the inputs. D̃ measures the whole path to the"
            " other input; ‖e‖ only the part up to the boundary."
        ),
        answer_note(rows),
        quadrature_note(rows),
    ]
    shown, layout = pair_layout(
        rows.assign(named=[_pair_name(row) for _, row in rows.iterrows()]),
        f"Least perturbations of {experiment}",
        notes,
        labels={"named": "pair", **LENGTHS},
        average=f"mean of all {len(experiments)}",
        resamples=resamples,
        level=level,
    )
    return ShownTable(rows, shown, layout)


@table(
    "{own}_paths",
    schema=PATH_TABLE,
    reads={
        "curves": CURVES.at("results/{own}/curves.parquet"),
        "experiments": EXPERIMENTS.at("results/{own}/experiments.parquet"),
        "networks": NETWORKS.at("results/{own}/networks.parquet"),
    },
    label="Paths of {own}",
    shows="cos θ on paths between inputs",
    caption="Feature compression along the straight path from one input to another of a different"
    " class: the cosine between their difference and the network's gradient, at places γ of the"
    " path. Near 0 means that the network hardly looks along what tells both inputs apart.",
)
def paths(
    curves: pd.DataFrame,
    experiments: pd.DataFrame,
    networks: pd.DataFrame,
    *,
    experiment: str,
    resamples: int,
    level: float,
) -> ShownTable:
    """Make the table of paths, as Tables 6 and 7 are made."""
    rows = path_rows(curves, experiments)
    shown, layout = path_layout(
        rows,
        f"Feature compression along the paths of {experiment}",
        [word_of_chance(networks), quadrature_note(experiments)],
        every=rows,
        name=_pair_name,
        size=True,
        resamples=resamples,
        level=level,
    )
    return ShownTable(rows, shown, layout)


@table(
    "{own}",
    schema=STATISTICS,
    reads={
        "experiments": EXPERIMENTS.at("results/{own}/experiments.parquet"),
        "attacks": ATTACKS.at("results/{own}/attacks.parquet"),
        "networks": NETWORKS.at("results/{own}/networks.parquet"),
        "paths": PATHS.at("results/{own}/paths.parquet"),
        "skipped": SKIPPED.at("results/{own}/skipped.parquet"),
    },
    label="All of {own}",
    shows="every pair, every attack, every measure",
    caption="The averages over every pair: compression, what was measured beside it, how often each"
    " attack succeeds, and what the least perturbation ‖e‖ goes with.",
)
def statistics_table(
    experiments: pd.DataFrame,
    attacks: pd.DataFrame,
    networks: pd.DataFrame,
    paths: pd.DataFrame,
    skipped: pd.DataFrame,
    *,
    experiment: str,
    resamples: int,
    level: float,
) -> ShownTable:
    """Make the statistics over all pairs; a user's measures are rows of their columns' names."""
    added = [str(name) for name in paths if name not in PATHS.frame.columns]
    measured = [name for name in added if not name.endswith(REASON)]
    options: dict[str, Any] = {"resamples": resamples, "level": level}
    rows = statistics(experiments, attacks, networks, unit="pair", measured=measured, **options)
    correct, images = int(networks["correct"].sum()), int(networks["images"].sum())
    notes = [
        word_of_chance(networks),
        f"{correct} of {images} inputs are classified correctly.",
        *_missing(experiments, measured),
        *_failed(attacks),
        *_skipped(skipped),
        (
            "n counts pairs. Pairs share inputs, so that intervals, which take them for"
            " independent, are too narrow rather than too wide. Intervals: bootstrap; Wilson's for"
            " success."
        ),
    ]
    title = f"All pairs of {experiment}"
    return ShownTable(rows, *statistics_layout(rows, title, notes, level))


def _pair_name(row: pd.Series) -> str:
    return f"{row['place']}. {row['class1']} → {row['class2']}"


def _missing(experiments: pd.DataFrame, measured: Sequence[str]) -> list[str]:
    """Return which measures have no value for some pairs."""
    told = []
    for name in measured:
        lacking = experiments[experiments[name].isna()]
        if len(lacking):
            reasons = lacking.get(f"{name}{REASON}", pd.Series(dtype=str))
            why = next((f": {reason}" for reason in reasons if reason), "")
            told.append(f"{name} has no value for {len(lacking)} of {len(experiments)} pairs{why}.")
    return told


def _failed(attacks: pd.DataFrame) -> list[str]:
    """Return why attacks found no perturbation, where they say so."""
    if "reason" not in attacks:
        return []
    told = attacks[attacks["reason"] != ""]
    return [
        f"{attack_label(str(attack))} found none for {several(len(own), 'pair')}, first because:"
        f" {own['reason'].iloc[0]}."
        for attack, own in told.groupby("attack", sort=False)
    ]


def _skipped(skipped: pd.DataFrame) -> list[str]:
    return [
        f"Left out, because “{reason}”: {len(own)} ({', '.join(own['name'].head(_SHOWN))}"
        f"{', …' if len(own) > _SHOWN else ''})."
        for reason, own in skipped.groupby("reason", sort=False)
    ]
