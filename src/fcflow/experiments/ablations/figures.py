"""Every study drawn, those from a configuration of one's own too."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fcflow.experiments.ablations.columns import STUDIES
from fcflow.experiments.ablations.drawing import draw_cells, plain_log_axes
from fcflow.experiments.ablations.naming import study_words
from fcflow.paper.figure import figure
from fcflow.paper.numbers import number
from fcflow.paper.style import BLACK, GREEN, GREY, ORANGE, VIOLET, headline

_LINE = 0.19  # inches a cell
_ROOM = 0.75  # inches a study, for its title and axes
_QUANTITIES = {
    "learned": ("share that has learned", GREY, "s"),
    "cos_theta": ("|cos θ₁|, and φ as a bar", VIOLET, "o"),
    "over_phi": ("|cos θ₁|/φ", GREEN, "D"),
    "ratio": ("‖e‖/half", ORANGE, "^"),
}
_SCALED = ("over_phi", "ratio")


@figure(
    "ablations_studies",
    reads={"rows": STUDIES.at("results/tables/ablations_studies.parquet")},
    label="Studies of small networks",
    shows="every study, by its name in the configuration",
    caption="Every study that the configuration names under ablations. From the left: the share of"
    " networks that have learned their task; |cos θ1|, with the mean φ as a bar; their ratio; the"
    " least perturbation over half the distance to the point whose label alone differs. A column"
    " has one scale for all studies; that of the ratio is logarithmic. Averages are over the"
    " matrices A on which all networks of a study have learned, with intervals. In brackets: the"
    " number of networks trained.",
)
def ablations_studies(rows: pd.DataFrame) -> Figure:
    """Draw a row of panels for each study, a line for each cell."""
    studies = list(dict.fromkeys(rows["study"]))
    lines = [rows.loc[rows["study"] == one, "series"].nunique() for one in studies]
    heights = [_ROOM + _LINE * count for count in lines]
    drawn = Figure(figsize=(10.2, 0.6 + sum(heights)))
    grid = drawn.subplots(len(studies), len(_QUANTITIES), squeeze=False, height_ratios=heights)
    # Where they are the same quantity, studies are compared by eye.
    ends = {name: _known_ends(rows[rows["quantity"] == name]) for name in _SCALED}
    least = {name: float(ends[name].min(initial=1.0)) for name in _SCALED}
    most = {name: float(ends[name].max(initial=1.0)) for name in _SCALED}
    for panels, study in zip(grid, studies, strict=True):
        own = rows[rows["study"] == study]
        for axes, (quantity, (words, color, marker)) in zip(
            panels, _QUANTITIES.items(), strict=True
        ):
            # All panels of a study have the same lines, also where nothing has learned.
            every = own[own["quantity"] == quantity].fillna({"estimate": np.inf})
            draw_cells(axes, every, quantity, color=color, marker=marker, markersize=3.5)
            axes.tick_params(axis="both", labelsize=6.5)
            if axes is not panels[0]:
                axes.tick_params(axis="y", labelleft=False)
            if study == studies[-1]:
                axes.set_xlabel(words, fontsize=8)
            if study == studies[0]:
                axes.set_title(words, fontsize=8)
        phi = own[own["quantity"] == "phi"]["estimate"].to_numpy()
        places = -np.arange(len(phi))
        panels[1].scatter(phi, places, marker="|", s=60, color=BLACK, linewidths=1.2, zorder=3)
        panels[0].set(xlim=(0, 1.03))
        panels[1].set(xlim=(0, 1))
        panels[2].axvline(1, color=BLACK, linewidth=0.6)
        panels[2].set(xlim=(0.9 * least["over_phi"], 1.1 * most["over_phi"]))
        plain_log_axes(panels[2], "x")
        panels[3].set(xlim=(0, max(1.0, 1.05 * most["ratio"])))
        panels[0].set_title(study_words(str(study)), fontsize=8.5, fontweight="bold")
    headline(drawn, _seen(rows, len(studies)))
    return drawn


def _known_ends(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return estimates and intervals' ends; none where nothing has learned."""
    numbers = rows[["estimate", "low", "high"]].to_numpy(dtype=np.float64)
    known: NDArray[np.float64] = numbers[np.isfinite(numbers)]
    return known


def _seen(rows: pd.DataFrame, studies: int) -> str:
    counts = rows[rows["quantity"].isin(["networks", "learned"])]
    total = counts.loc[counts["quantity"] == "networks", "estimate"].sum()
    learned = counts[counts["quantity"] == "learned"]
    kept = (learned["estimate"] * learned["n"]).sum()
    text = f"{kept:.0f} of {total:.0f} networks of {studies} studies have learned their task"
    over = rows.loc[rows["quantity"] == "over_phi", "estimate"].dropna()
    if over.empty:
        return text
    ends = " to ".join(number(value, digits=2) for value in (over.min(), over.max()))
    return f"{text}; |cos θ₁| of those is {ends} times φ, by the kind of network"
