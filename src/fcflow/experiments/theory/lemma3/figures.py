"""Lemma 3 drawn: every test's statistic, for the lemma's law and for a wrong one."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.experiments.theory.drawing import LOOKS
from fcflow.experiments.theory.lemma3.columns import RIGHT, TABLE, WRONG
from fcflow.paper.figure import figure

# The 95 % point of Kolmogorov's distribution, of which two samples of n take √(2/n).
_POINT_95 = 1.36


@figure(
    "lemma3",
    reads={"rows": TABLE.at("results/tables/lemma3.parquet")},
    label="Lemma 3",
    shows="every test's statistic, by shape",
    caption="Two-sample tests of R, from the QR decomposition of products of Gaussian matrices,"
    " against products of independent triangular factors; and the same tests with a wrong degree of"
    " freedom, which they reject.",
)
def lemma3(rows: pd.DataFrame) -> Figure:
    """Draw every test's statistic for the lemma's degrees and for wrong ones."""
    drawn = Figure(figsize=(5.6, 3.6))
    axes = drawn.subplots()
    statistics = rows[rows["quantity"].str.startswith("statistic of ")]
    shapes = list(dict.fromkeys(series.split(", ")[0] for series in rows["series"]))
    for place, (law, label) in enumerate(
        {RIGHT: "the lemma's degrees", WRONG: "wrong degrees"}.items()
    ):
        color, marker = LOOKS[place]
        for column, shape in enumerate(shapes):
            of_shape = statistics["series"] == f"{shape}, {law}"
            values = np.sort(statistics.loc[of_shape, "estimate"].to_numpy())
            x = column + np.linspace(-0.3, 0.3, values.size)
            name = label if column == 0 else None
            axes.plot(x, values, marker, markersize=4, color=color, label=name)
    axes.axhline(
        _POINT_95 * np.sqrt(2 / int(rows["n"].max())),
        color=LOOKS[5][0],
        linewidth=0.8,
        linestyle="--",
        label="95 % point of a single test",
    )
    axes.set(yscale="log", ylabel="largest difference of distributions", xlabel="shape n_1-…-n_l")
    axes.set_xticks(range(len(shapes)), shapes)
    axes.legend(fontsize=7)
    return drawn
