"""A film of training: accuracy, compression and the four factors by step."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fcflow.experiments.ablations.columns import NETWORKS
from fcflow.experiments.ablations.drawing import nothing_learned
from fcflow.experiments.ablations.naming import VALUES
from fcflow.experiments.ablations.training.columns import TABLE
from fcflow.experiments.ablations.training.seen import seen
from fcflow.experiments.ablations.training.tables import learned_at_the_end
from fcflow.experiments.theory.rows import pick
from fcflow.paper.figure import figure
from fcflow.paper.labels import Label, label_ends
from fcflow.paper.numbers import plain
from fcflow.paper.style import AZURE, BLACK, GREEN, GREY, ORANGE, RED, VIOLET, headline

_CROWDED = 2.0  # steps that are nearer, as a ratio, cannot both be written
_LINES = {"accuracy": ("accuracy", GREEN), "cos_theta": ("|cos θ₁|", VIOLET), "rho": ("ρ", AZURE)}
_FACTORS = {
    "weighted_cosine": ("compression", VIOLET),
    "evenness": ("evenness", AZURE),
    "boundary_place": ("boundary's place", ORANGE),
    "curvature": ("curvature", RED),
    "ratio": ("‖e‖/half", BLACK),
}


@figure(
    "ablations_training",
    reads={
        "networks": NETWORKS.at("results/ablations/networks.parquet"),
        "rows": TABLE.at("results/tables/ablations_training.parquet"),
    },
    label="Compression during training",
    shows="|cos θ1|, ρ, accuracy and the four factors by step of training",
    caption="Networks from their initial weights (step 0), which are random as is the direction"
    " that they look in, to the end of training; averages with intervals (the bands). Above:"
    " accuracy on fresh points, |cos θ1| at points and ρ, its mean on the path to the point whose"
    " label alone differs; the grey line is the mean φ. Below: the four factors, whose product is"
    " the length of the least perturbation over half the distance, on a logarithmic scale; their"
    " sizes, as some points have negative ones before training.",
)
def ablations_training(networks: pd.DataFrame, rows: pd.DataFrame) -> Figure:
    """Draw a column for each activation."""
    own, _ = learned_at_the_end(networks)
    names = list(dict.fromkeys(own["activation"])) or ["relu"]
    drawn = Figure(figsize=(2.4 + 3.8 * len(names), 6.2))
    grid = drawn.subplots(2, len(names), squeeze=False, sharex=True, sharey="row")
    if own.empty:
        nothing_learned(grid[0, 0])
        return drawn
    written = _apart([float(step) for step in np.unique(rows["at"].dropna())])
    for column, name in enumerate(names):
        phi = float(own.loc[own["activation"] == name, "phi"].mean())
        above, below = grid[:, column]
        above.axhline(phi, color=GREY, linewidth=0.8)
        above.set(ylim=(0, 1.03), title=VALUES["activation"][str(name)])
        below.set(yscale="log", xlabel="step of training")
        below.axhline(1, color=GREY, linewidth=0.8)
        for axes, lines in ((above, _LINES), (below, _FACTORS)):
            labels = _draw(axes, rows, str(name), lines)
            axes.set_xscale("symlog", linthresh=1)
            axes.set_xticks(written, [plain(step) for step in written], fontsize=7)
            axes.set_xticks([], minor=True)
            if axes is above:
                labels.append(Label("φ", labels[0].x, phi, GREY))
            label_ends(axes, labels)
    grid[0, 0].set_ylabel("mean over networks")
    grid[1, 0].set_ylabel("factor, geometric mean")
    headline(drawn, seen(rows))
    return drawn


def _apart(steps: list[float]) -> list[float]:
    """Return the last step, and of those before it those that have room on the axis.

    Examples
    --------
    >>> _apart([0.0, 3.0, 800.0, 1500.0])
    [0.0, 3.0, 1500.0]
    """
    kept: list[float] = []
    for step in reversed(steps):
        if not kept or step * _CROWDED <= kept[0]:
            kept.insert(0, step)
    return kept


def _draw(axes: Axes, rows: pd.DataFrame, series: str, lines: dict[str, Any]) -> list[Label]:
    labels = []
    for quantity, (words, color) in lines.items():
        own = pick(rows, quantity, series).dropna(subset=["at", "estimate"])
        if own.empty:
            continue
        x, y = own["at"].to_numpy(), own["estimate"].to_numpy()
        axes.plot(x, y, color=color, linewidth=1.4, marker="o", markersize=3)
        low, high = (own[end].fillna(own["estimate"]).to_numpy() for end in ("low", "high"))
        axes.fill_between(x, low, high, color=color, alpha=0.15, linewidth=0)
        labels.append(Label(words, float(x[-1]), float(y[-1]), color))
    return labels
