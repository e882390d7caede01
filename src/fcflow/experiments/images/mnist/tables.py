"""Tables 5 and 6, and the same over every seven that becomes a one ([FC] §6)."""

import pandas as pd

from fcflow.experiments.images.averages import STATISTICS, statistics
from fcflow.experiments.images.chance import word_of_chance
from fcflow.experiments.images.columns import ATTACKS, CURVES, EXPERIMENTS, NETWORKS
from fcflow.experiments.images.layouts import (
    LENGTHS,
    LOST,
    pair_layout,
    path_layout,
    quadrature_note,
)
from fcflow.experiments.images.pair_table import PAIR_TABLE, pair_rows
from fcflow.experiments.images.path_table import PATH_TABLE, path_rows
from fcflow.experiments.images.statistics_layout import statistics_layout
from fcflow.paper import published
from fcflow.paper.phrases import several
from fcflow.paper.table import ShownTable, table

_LOST = LOST.format(pairs=published.TABLE5_PAIRS)


@table(
    "table5",
    schema=PAIR_TABLE,
    reads={
        "experiments": EXPERIMENTS.at("results/mnist/experiments.parquet"),
        "attacks": ATTACKS.at("results/mnist/attacks.parquet"),
        "networks": NETWORKS.at("results/mnist/networks.parquet"),
    },
    label="Table 5",
    shows="compression and least perturbations of sevens",
    caption="Handwritten sevens (x1) that a network takes for ones once a block is blacked"
    " out (x2). The paper says that the least perturbation ‖e‖ is as small a part of half"
    " the distance between both as the network compresses their difference, |cos θ|, and that the"
    " path integral D̃ predicts its length.",
)
def table5(
    experiments: pd.DataFrame,
    attacks: pd.DataFrame,
    networks: pd.DataFrame,
    *,
    resamples: int,
    level: float,
) -> ShownTable:
    """Make Table 5: the first pairs, with every attack's ‖e‖ and the lengths that D predicts."""
    every = pair_rows(experiments, attacks)
    rows = every[every["place"] > 0].sort_values("place", kind="stable", ignore_index=True)
    notes = [
        *_warnings(networks),
        _networks_of(rows),
        (
            "D̃ measures the whole path to the other image; ‖e‖ only the part up to the boundary,"
            " as D̃ to the boundary does. ‖e‖ is the shortest found, with pixels of any value."
        ),
        quadrature_note(rows),
        (
            "x2 is the image with the smallest block that is taken for a 1, so that the gap g(x2)"
            " is hardly below zero. If g fell at one rate, ‖e‖/half would be between |cos θ| (where"
            " g(x2) = −g(x1)) and twice that (where g(x2) = 0)."
        ),
        _LOST,
    ]
    shown, layout = pair_layout(
        rows,
        "Table 5. Sevens that become ones: compression and least perturbations",
        notes,
        labels={"place": "pair", **LENGTHS},
        average="average",
        resamples=resamples,
        level=level,
    )
    return ShownTable(rows, shown, layout)


@table(
    "table6",
    schema=PATH_TABLE,
    reads={
        "curves": CURVES.at("results/mnist/curves.parquet"),
        "experiments": EXPERIMENTS.at("results/mnist/experiments.parquet"),
        "networks": NETWORKS.at("results/mnist/networks.parquet"),
    },
    label="Table 6",
    shows="cos θ from a seven to its blocked image",
    caption="How much does a network look along the difference between a seven (γ = 0) and the same"
    " seven with a part blocked out, which it takes for a one (γ = 1)? The cosine between that"
    " difference and the network's gradient, at places γ of the straight path between both.",
)
def table6(
    curves: pd.DataFrame,
    experiments: pd.DataFrame,
    networks: pd.DataFrame,
    *,
    resamples: int,
    level: float,
) -> ShownTable:
    """Make Table 6: cos θ_γ of the first pairs at every γ, and each pair's average over γ."""
    every = path_rows(curves, experiments)
    rows = every[every["place"] > 0].sort_values(["place", "gamma"], ignore_index=True)
    notes = [
        *_warnings(networks),
        _networks_of(rows),
        "cos θ between ∇g at x1 + γ (x2 − x1) and x1 − x2; g is the logit of 7 minus that of 1.",
        _LOST,
    ]
    shown, layout = path_layout(
        rows,
        "Table 6. Feature compression from a seven to its blocked image",
        notes,
        every=every,
        name=lambda pair: f"pair {pair['place']}",
        resamples=resamples,
        level=level,
    )
    return ShownTable(rows, shown, layout)


@table(
    "mnist",
    schema=STATISTICS,
    reads={
        "experiments": EXPERIMENTS.at("results/mnist/experiments.parquet"),
        "attacks": ATTACKS.at("results/mnist/attacks.parquet"),
        "networks": NETWORKS.at("results/mnist/networks.parquet"),
    },
    label="Tables 5 and 6 in full",
    shows="every seven that becomes a one",
    caption="Tables 5 and 6 over every test seven that a block turns into a one, for all networks:"
    " averages, how often each attack succeeds, and what the least perturbation ‖e‖ goes with.",
)
def mnist(
    experiments: pd.DataFrame,
    attacks: pd.DataFrame,
    networks: pd.DataFrame,
    *,
    resamples: int,
    level: float,
) -> ShownTable:
    """Make the statistics over all sevens that have a mask."""
    rows = statistics(
        experiments, attacks, networks, unit="network", resamples=resamples, level=level
    )
    pairs = int(networks["pairs"].sum())
    notes = [
        *_warnings(networks),
        (
            f"{several(pairs, 'pair')}: of {int(networks['candidates'].sum())} test sevens of"
            f" {several(len(networks), 'network')} {int(networks['correct_candidates'].sum())} were"
            f" classified correctly, and {pairs} of these become ones when a part is blocked out."
        ),
        (
            "n counts networks for averages (of each network's average) and pairs otherwise."
            " Intervals: bootstrap over networks; over images for correlations (all pairs of an"
            " image at a time); Wilson's for success."
        ),
    ]
    title = "Tables 5 and 6 over all sevens that a block turns into ones"
    return ShownTable(rows, *statistics_layout(rows, title, notes, level))


def _warnings(networks: pd.DataFrame) -> list[str]:
    none = "NO PAIR: no correctly classified test seven becomes a one when a part is blocked out."
    return [word_of_chance(networks), "" if networks["pairs"].sum() else none]


def _networks_of(rows: pd.DataFrame) -> str:
    numbers = sorted(set(rows["network"]))
    if not numbers:
        return ""
    return f"Pairs of network{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}."
