"""Lemma 2 drawn: the lower tail of χ²_d beside its bound, against d."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.experiments.theory.drawing import LOOKS, dimension_axis, law
from fcflow.experiments.theory.lemma2.columns import TABLE
from fcflow.experiments.theory.rows import pick
from fcflow.paper.figure import figure


@figure(
    "lemma2",
    reads={"rows": TABLE.at("results/tables/lemma2.parquet")},
    label="Lemma 2",
    shows="ln P / d and its bound against d",
    caption="The exact lower tail of χ² with d degrees of freedom, on a logarithmic scale and"
    " divided by d, beside the lemma's bound.",
)
def lemma2(rows: pd.DataFrame) -> Figure:
    """Draw ln P/d against d, one series an α, with the bounds as lines."""
    drawn = Figure(figsize=(5.2, 3.8))
    axes = drawn.subplots()
    alphas = sorted(rows["series"].unique(), key=float)
    count = min(len(LOOKS), len(alphas))
    for place, index in enumerate(np.linspace(0, len(alphas) - 1, count).round().astype(int)):
        alpha = alphas[index]
        tail = pick(rows, "log_tail_per_d", alpha)
        color, marker = LOOKS[place]
        law(axes, tail["at"], tail["expected"], None, color=color)
        axes.plot(tail["at"], tail["estimate"], marker, color=color, label=f"α = {alpha}")
    dimension_axis(axes)
    axes.set(ylabel="ln P(χ²_d ≤ αd) / d", title="marks: exact; lines: the lemma's bound")
    axes.title.set_fontsize(8)
    axes.legend(fontsize=7, loc="center right")
    return drawn
