"""Lemma 2 in numbers: the lower tail of χ²_d beside its bound."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.paper.render import Layout
from fcflow.paper.theory.drawing import LOOKS, dimension_axis, law
from fcflow.paper.theory.rows import exact, pick, row, schema, table

SCHEMA = schema("lemma 2")


def rows(draws: pd.DataFrame) -> pd.DataFrame:
    """Return ln P/d at each α and d (``series`` is α), with the bound's exponent beside it."""
    return table(
        [
            row(
                "log_tail_per_d",
                each["d"],
                exact(each["log_tail"] / each["d"]),
                each["exponent"],
                f"{each['alpha']:g}",
            )
            for each in draws.to_dict("records")
        ]
    )


def layout(found: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown: one row an α, one column a dimension."""
    chosen = found.assign(alpha=found["series"].astype(float))
    dims = sorted(chosen["at"].unique())
    shown = [dims[i] for i in sorted({0, len(dims) // 3, 2 * len(dims) // 3, len(dims) - 1})]
    wide = chosen[chosen["at"].isin(shown)].pivot(index="alpha", columns="at", values="estimate")
    wide.columns = pd.Index([f"d{d:g}" for d in wide.columns])
    wide = wide.reset_index()
    wide["alpha"] = [f"{alpha:g}" for alpha in wide["alpha"]]
    wide["bound"] = sorted(chosen.groupby("alpha")["expected"].first())
    labels = {"alpha": "α", **{f"d{d:g}": f"d = {d:g}" for d in shown}, "bound": "½ ln(α e^(1−α))"}
    spanners = {"ln P(χ²_d ≤ αd) / d, exact": [f"d{d:g}" for d in shown]}
    gap = (found["expected"] - found["estimate"]) * found["at"]
    notes = [
        (
            f"The bound holds at all {len(found)} pairs of α and d; the least ln(bound / P) is"
            f" {gap.min():.4f}."
        ),
        (
            "Exact values, computed and not drawn. The bound's exponent is the limit as d → ∞ and"
            " falls without bound as α → 0."
        ),
    ]
    return wide, Layout("Lemma 2. The lower tail of χ² and its bound", labels, spanners, notes)


def draw(found: pd.DataFrame) -> Figure:
    """Draw ln P/d against d, one series an α, with the bounds as lines."""
    figure = Figure(figsize=(5.2, 3.8))
    axes = figure.subplots()
    alphas = sorted(found["series"].unique(), key=float)
    shown = [
        alphas[i]
        for i in np.unique(np.linspace(0, len(alphas) - 1, min(6, len(alphas))).round().astype(int))
    ]
    for place, alpha in enumerate(shown):
        chosen = pick(found, "log_tail_per_d", alpha)
        color, marker = LOOKS[place % len(LOOKS)]
        law(axes, chosen["at"], chosen["expected"], None, color=color)
        axes.plot(
            chosen["at"],
            chosen["estimate"],
            marker=marker,
            color=color,
            linestyle="none",
            label=f"α = {alpha}",
        )
    dimension_axis(axes)
    axes.set(ylabel="ln P(χ²_d ≤ αd) / d", title="marks: exact; lines: the lemma's bound")
    axes.title.set_fontsize(8)
    axes.legend(fontsize=7, loc="center right")
    return figure
