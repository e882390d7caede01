"""Compression by activation, depth and width, drawn."""

import pandas as pd
from matplotlib.figure import Figure

from fcflow.experiments.ablations.architecture.columns import TABLE
from fcflow.experiments.ablations.architecture.seen import LIMIT, seen
from fcflow.experiments.ablations.cells import worst_cell
from fcflow.experiments.ablations.drawing import draw_cells, nothing_learned, plain_log_axes
from fcflow.experiments.ablations.naming import study_words
from fcflow.paper.figure import figure
from fcflow.paper.style import BLACK, GREEN, ORANGE, headline


@figure(
    "ablations_architecture",
    reads={"rows": TABLE.at("results/tables/ablations_architecture.parquet")},
    label="Depth, width and activation",
    shows="how far |cos θ1| is from φ, and what that does to ‖e‖",
    caption="Networks of other activations, depths and widths, with intervals, over the matrices A"
    " on which all networks of a study have learned; in brackets how many these are. The networks"
    " of one study share them; activation, depth and width have matrices of their own each, so"
    " that ReLU with one hidden layer, which is in all three, differs between them. Left: how far"
    " |cos θ1| is from φ on average; the shaded band is what counts as equal, and an interval that"
    " reaches both sides of its edge decides nothing. Middle: their ratio; above 1 a network is"
    " less compressed than the theory of linear classifiers says. Right: the least perturbation"
    " over what the optimal classifier tolerates.",
)
def ablations_architecture(rows: pd.DataFrame) -> Figure:
    """Draw a line for each architecture."""
    drawn = Figure(figsize=(9.6, 5.6))
    left, middle, right = drawn.subplots(1, 3, sharey=True)
    worst = worst_cell(rows, "deviation")
    if worst is None:
        nothing_learned(left)
        return drawn
    draw_cells(left, rows, "deviation", group_of=_study)
    left.axvspan(0, LIMIT, color=BLACK, alpha=0.08, linewidth=0)
    left.set_xlim(left=0)
    left.set(xlabel=f"mean | |cos θ₁| − φ | (shaded: within {LIMIT:g})")
    draw_cells(middle, rows, "over_phi", group_of=_study, color=GREEN, marker="D")
    middle.axvline(1, color=BLACK, linewidth=0.8)
    middle.set(xlabel="|cos θ₁|/φ, geometric mean")
    plain_log_axes(middle, "x")
    draw_cells(right, rows, "over_optimal", group_of=_study, color=ORANGE, marker="s")
    right.axvline(1, color=BLACK, linewidth=0.8)
    right.set(xlabel="‖e‖/what the optimal classifier tolerates", xlim=(0, 1.05))
    for axes in (middle, right):
        axes.tick_params(axis="y", labelleft=False)
    headline(drawn, seen(rows))
    return drawn


def _study(series: str) -> str:
    """Return which study a cell belongs to, by its name."""
    if series.startswith("width"):
        return study_words("width")
    return study_words("depth" if "hidden layer" in series else "activation")
