"""Tables 5 and 6, and the same over every seven that has a mask ([FC] §6)."""

import pandas as pd

from fcflow.experiments.images.averages import STATISTICS, statistics
from fcflow.experiments.images.chance import word_of_chance
from fcflow.experiments.images.columns import ATTACKS, CURVES, EXPERIMENTS, NETWORKS
from fcflow.experiments.images.layouts import (
    pair_layout,
    path_layout,
    quadrature_note,
    statistics_layout,
)
from fcflow.experiments.images.pair_table import LEAST, PAIR_TABLE, pair_rows, ways_of
from fcflow.experiments.images.path_table import PATH_TABLE, path_rows
from fcflow.paper import published
from fcflow.paper.table import ShownTable, table

_LOST = (
    f"The paper shows {published.TABLE5_PAIRS} pairs of its own; the entries of its table are lost"
    " in its text, so nothing published stands beside."
)


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
    caption="Sevens that a network takes for ones once their upper left stroke is blocked:"
    " compression at the clean image, the least perturbation that each attack finds, and the"
    " lengths that the path integral predicts.",
)
def table5(experiments: pd.DataFrame, attacks: pd.DataFrame, networks: pd.DataFrame) -> ShownTable:
    """Make Table 5: the first pairs, with every attack's ‖e‖ and the lengths that D predicts."""
    every = pair_rows(experiments, attacks)
    rows = every[every["place"] > 0].sort_values("place", kind="stable", ignore_index=True)
    ways = [
        way
        for way in ways_of(rows)
        if way.criterion == "pair" and (not way.box or way.attack == LEAST)
    ]
    notes = [
        *_warnings(networks),
        _networks_of(rows),
        (
            "half: ‖x1 − x2‖/2. D̃: path integral over ‖∇g(x1)‖; D̃ flip: g(x1)/‖∇g(x1)‖, the"
            " first-order length to the boundary. ‖e‖/half is of the least found, pixels in [0, 1]"
            " or not."
        ),
        quadrature_note(rows),
        (
            "x2 is the smallest blocked image that is taken for a 1, so that g(x2) is hardly below"
            " zero. Were g linear, ‖e‖/half would be between |cos θ| (g(x2) = −g(x1)) and twice"
            " that (g(x2) = 0)."
        ),
        _LOST,
    ]
    shown, layout = pair_layout(
        rows,
        "Table 5. Sevens that become ones: compression and least perturbations",
        notes,
        ways=ways,
        before={"place": "pair", "abs_cos_theta": "|cos θ|", "half_distance": "half"},
        after={"ratio": "‖e‖/half", "predicted_length": "D̃", "flip_length": "D̃ flip"},
        average="average",
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
    caption="The cosine between the gradient of the logit gap and x1 − x2 along the path from a"
    " seven (γ = 0) to its blocked image (γ = 1).",
)
def table6(curves: pd.DataFrame, experiments: pd.DataFrame, networks: pd.DataFrame) -> ShownTable:
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
        name=lambda pair: f"pair {pair['place']}",
        all_pairs=False,
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
    shows="every seven that has a mask",
    caption="Averages, correlations and success rates over every test seven that has a mask, for"
    " all networks, with the spread between networks.",
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
            f"{pairs} pairs: of {int(networks['candidates'].sum())} test sevens of {len(networks)}"
            f" networks {int(networks['correct_candidates'].sum())} were classified correctly, and"
            f" {pairs} of these have a mask that turns them into ones."
        ),
        (
            "n counts networks for averages (of each network's average) and pairs otherwise."
            " Intervals: bootstrap over networks; over images for correlations (all pairs of an"
            " image at a time); Wilson's for success."
        ),
    ]
    title = "Tables 5 and 6 over all sevens that have a mask"
    return ShownTable(rows, *statistics_layout(rows, title, notes, level))


def _warnings(networks: pd.DataFrame) -> list[str]:
    none = "NO PAIR: no correctly classified test seven has a mask that turns it into a one."
    return [word_of_chance(networks), "" if networks["pairs"].sum() else none]


def _networks_of(rows: pd.DataFrame) -> str:
    numbers = sorted(set(rows["network"]))
    if not numbers:
        return ""
    return f"Pairs of network{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}."
