"""Theorem 4 drawn: the attack behind generator layers, against d."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.experiments.theory.drawing import LOOKS, exponent_text, law, log_axes, series
from fcflow.experiments.theory.rows import pick
from fcflow.experiments.theory.theorem4.columns import TABLE
from fcflow.paper.figure import figure


@figure(
    "theorem4",
    reads={"rows": TABLE.at("results/tables/theorem4.parquet")},
    label="Theorem 4",
    shows="the attack's norm and the classes' distance against d",
    caption="Theorem 1's attack where the points come from Gaussian layers. Marks are whole"
    " networks, lines the law of R's last two rows and columns, which is known at every d.",
)
def theorem4(rows: pd.DataFrame) -> Figure:
    """Draw ‖e‖ of whole networks and its law, and what the optimal classifier tolerates."""
    drawn = Figure(figsize=(7.2, 3.8))
    left, right = drawn.subplots(1, 2)
    for place, name in enumerate(rows["series"].unique()):
        norms = pick(rows, "norm", name)
        law(left, norms["at"], norms["expected"], None, color=LOOKS[place % len(LOOKS)][0])
        series(left, norms, place, f"{name}: {exponent_text(rows, 'norm', name)}")
        series(right, pick(rows, "tolerated", name), place, name)
    d = np.sort(rows["at"].dropna().unique())
    law(right, d, np.sqrt(2 * d) / 2, "√(2d)/2", linestyle="--")
    for axes, label in ((left, "‖e‖ of the network"), (right, "half the least distance")):
        log_axes(axes, label)
    left.set_title("marks: whole networks; lines: law", fontsize=8)
    left.legend(
        fontsize=6.5, title="layers, widening: exponent", title_fontsize=6.5, loc="lower left"
    )
    right.legend(fontsize=6.5, loc="upper left")
    return drawn
