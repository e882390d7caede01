"""Theorem 1 drawn: both tolerances and their ratio against d."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.experiments.theory.drawing import exponent_text, law, log_axes, series
from fcflow.experiments.theory.rows import pick
from fcflow.experiments.theory.theorem1.columns import TABLE
from fcflow.paper.figure import figure


@figure(
    "theorem1",
    reads={"rows": TABLE.at("results/tables/theorem1.parquet")},
    label="Theorem 1",
    shows="both tolerances and their ratio against d",
    caption="d Gaussian points of d classes. The minimum-distance classifier tolerates half the"
    " least distance, which grows as √d; the network that interpolates the points is flipped by the"
    " proof's perturbation, whose law is the same at every d.",
)
def theorem1(rows: pd.DataFrame) -> Figure:
    """Draw both tolerances and their ratio against d, with the exact laws."""
    drawn = Figure(figsize=(7.2, 3.4))
    left, right = drawn.subplots(1, 2)
    tolerated, norm = pick(rows, "tolerated"), pick(rows, "norm")
    d = tolerated["at"].to_numpy()
    law(left, d, np.sqrt(2 * d) / 2, "√(2d)/2", linestyle="--")
    law(left, d, tolerated["expected"], "half the least distance, theory")
    law(left, d, norm["expected"], "E ‖e‖, exact", linestyle=":")
    series(left, tolerated, 0, "optimal classifier, mean")
    series(left, norm, 1, "network ‖e‖, mean")
    # Few draws bound no 95 % quantile from above.
    tail = pick(rows, "norm_q0.95").dropna(subset=["high"])
    series(left, tail, 3, "network ‖e‖, 95 % quantile")
    log_axes(left, "perturbation that is needed")
    left.legend(fontsize=7, loc="upper left")
    exponents = [exponent_text(rows, name) for name in ("tolerated", "norm")]
    left.set_title(f"exponents: {exponents[0]} and {exponents[1]}", fontsize=8)

    ratio = pick(rows, "ratio")
    law(right, d, ratio["estimate"].iloc[-1] * np.sqrt(d[-1] / d), "∝ 1/√d", linestyle="--")
    series(right, ratio, 0, "network / optimal, mean")
    log_axes(right, "ratio")
    right.legend(fontsize=7)
    right.set_title(f"exponent {exponent_text(rows, 'ratio')}", fontsize=8)
    return drawn
