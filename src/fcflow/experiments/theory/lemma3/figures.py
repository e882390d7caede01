"""Lemma 3 drawn: every test's statistic, for the lemma's law and for a wrong one."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.experiments.theory.drawing import LOOKS
from fcflow.experiments.theory.lemma3.columns import RIGHT, TABLE, WRONG
from fcflow.experiments.theory.rows import pick
from fcflow.paper.figure import figure
from fcflow.paper.style import BLACK, headline

# The 95 % point of Kolmogorov's distribution, of which two samples of n take √(2/n).
_POINT_95 = 1.36
_BEYOND = 0.05
_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_LAWS = {RIGHT: "lemma's degrees", WRONG: "wrong degrees"}


@figure(
    "lemma3",
    reads={"rows": TABLE.at("results/tables/lemma3.parquet")},
    label="Lemma 3",
    shows="every test's statistic, by shape",
    caption="The lemma says how the triangular factor R of a product of random matrices is"
    " distributed. Each stroke is one test of one entry of R, or of one singular value: the largest"
    " difference between the distribution of products and that of the lemma. Right of the dashed"
    " line lies one in twenty tests of a law that is true, before Holm's adjustment for their"
    " number. Below each shape the same with degrees of freedom that are wrong on purpose: they are"
    " the diagonal's. With two sizes there is one triangular factor, whose entries above the"
    " diagonal have none, and are the same random numbers in both rows.",
)
def lemma3(rows: pd.DataFrame) -> Figure:
    """Draw every test's statistic for the lemma's degrees and for wrong ones, by shape."""
    statistics = rows[rows["quantity"].str.startswith("statistic of ")]
    shapes = list(dict.fromkeys(series.split(", ")[0] for series in rows["series"]))
    drawn = Figure(figsize=(7.2, 1.6 + 0.55 * len(shapes)))
    axes = drawn.subplots()
    names = []
    for row, shape in enumerate(shapes):
        for place, (law, name) in enumerate(_LAWS.items()):
            of_shape = statistics["series"] == f"{shape}, {law}"
            values = statistics.loc[of_shape, "estimate"].to_numpy()
            height = np.full(values.size, -(3.0 * row + place))
            axes.plot(values, height, "|", markersize=9, color=LOOKS[place][0])
            names.append((-(3.0 * row + place), f"{shape}, {name}"))
    axes.axvline(
        _POINT_95 * np.sqrt(2 / int(rows["n"].max())), color=BLACK, linewidth=0.9, linestyle="--"
    )
    axes.set(xscale="log", xlabel="largest difference of the two distributions")
    low, high = axes.get_xlim()
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set_yticks([height for height, _ in names], [name for _, name in names])
    axes.grid(visible=False, axis="y")
    right = statistics["series"].str.endswith(RIGHT)
    axes.set_title(
        "n₁-…-nₗ: sizes of the matrices; dashed: 95 % point of a single test,\nbeyond which about"
        f" {max(1, round(_BEYOND * right.sum()))} of the law's {right.sum()} are expected"
    )
    headline(drawn, _seen(rows))
    return drawn


def _seen(rows: pd.DataFrame) -> str:
    right, tests = _counts(rows, RIGHT)
    wrong, others = _counts(rows, WRONG)
    reject = f"{right or 'None'} of {tests} tests reject{'s' if right <= 1 else ''}"
    return (
        f"{reject} the lemma's law after Holm's adjustment; {wrong} of {others} reject a wrong one"
    )


def _counts(rows: pd.DataFrame, law: str) -> tuple[int, int]:
    """Return how many tests of a law reject it, and how many there are."""
    own = rows[rows["series"].str.endswith(law)]
    rejected, tests = (int(pick(own, name)["estimate"].sum()) for name in ("rejected", "tests"))
    return rejected, tests
