"""The least perturbations of digits against compression."""

import pandas as pd
from matplotlib.figure import Figure

from fcflow.experiments.images.pair_table import PAIR_TABLE
from fcflow.paper.figure import figure


@figure(
    "digits8",
    reads={"rows": PAIR_TABLE.at("results/tables/digits8.parquet")},
    label="Digits of 8 × 8 pixels",
    shows="‖e‖/half against |cos θ|",
    caption="The shortest perturbation of each pair, over half the distance, against |cos θ|.",
)
def digits8(rows: pd.DataFrame) -> Figure:
    """Draw one mark a pair."""
    drawing = Figure(figsize=(4, 3))
    axes = drawing.subplots()
    least = rows[rows["attack"] == "least"]
    axes.plot(least["abs_cos_theta"], least["ratio"], marker="o", linestyle="none")
    axes.set(xlabel="|cos θ|", ylabel="‖e‖/half")
    return drawing
