"""Lemma 3 in numbers: how far the two constructions' laws are from each other, entry by entry."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.paper.render import Layout
from fcflow.paper.theory.drawing import LOOKS
from fcflow.paper.theory.rows import exact, row, schema, table
from fcflow.stats import Estimate

SCHEMA = schema("lemma 3")
_TRUE, _WRONG = "lemma", "wrong degrees"
_NAMES = ("tests", "rejected", "least_adjusted_p", "largest_statistic")


def rows(draws: pd.DataFrame) -> pd.DataFrame:
    """Return, for each shape, how many tests reject the lemma's law and how many a wrong one.

    ``series`` is the shape and which law was tested; a statistic's ``n`` is the number of draws on
    each side.
    """
    found = []
    for (extra, widths), part in draws.groupby(["wrong_degrees", "widths"], sort=False):
        name = f"{widths}, {_TRUE if extra == 0 else _WRONG}"
        n = int(part["draws"].iloc[0])
        found.append(row("tests", None, exact(len(part), n), series=name))
        expected = 0.0 if extra == 0 else None
        found.append(row("rejected", None, exact(part["rejected"].sum(), n), expected, series=name))
        found.append(
            row("least_adjusted_p", None, exact(part["adjusted_p_value"].min(), n), series=name)
        )
        found.append(row("largest_statistic", None, exact(part["statistic"].max(), n), series=name))
        for each in part.to_dict("records"):
            estimate = Estimate(each["statistic"], np.nan, np.nan, n)
            found.append(row(f"statistic of {each['quantity']}", None, estimate, series=name))
    return table(found)


def layout(found: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown: one row a shape."""
    wide = found[found["quantity"].isin(_NAMES)].pivot(
        index="series", columns="quantity", values="estimate"
    )
    shown = pd.DataFrame(
        [
            {"widths": shape}
            | {f"true_{name}": wide.loc[f"{shape}, {_TRUE}", name] for name in _NAMES}
            | {f"wrong_{name}": wide.loc[f"{shape}, {_WRONG}", name] for name in _NAMES}
            for shape in _shapes(found)
        ]
    )
    labels = {
        "widths": "n_1-…-n_l",
        "true_tests": "tests",
        "true_rejected": "rejected",
        "true_least_adjusted_p": "least adjusted p",
        "wrong_rejected": "rejected",
        "wrong_least_adjusted_p": "least adjusted p",
    }
    spanners = {
        "the lemma's degrees": ["true_tests", "true_rejected", "true_least_adjusted_p"],
        "degrees that are wrong": ["wrong_rejected", "wrong_least_adjusted_p"],
    }
    n = int(found["n"].max())
    notes = [
        (
            f"Two-sample Kolmogorov-Smirnov tests of {n} products against {n} products of"
            " triangular factors: every entry of R and every singular value. Holm's adjustment"
            " over all tests keeps the chance of any false rejection small."
        ),
        "R is made unique by a positive diagonal; as printed, the lemma leaves its signs open.",
    ]
    title = "Lemma 3. The QR decomposition of products of Gaussian matrices"
    return shown, Layout(
        title, labels, spanners, notes, integers=["true_tests", "true_rejected", "wrong_rejected"]
    )


def draw(found: pd.DataFrame) -> Figure:
    """Draw every test's statistic for the lemma's degrees and for wrong ones."""
    figure = Figure(figsize=(5.6, 3.6))
    axes = figure.subplots()
    chosen = found[found["quantity"].str.startswith("statistic of ")]
    shapes = _shapes(found)
    for place, law_name in enumerate((_TRUE, _WRONG)):
        color, marker = LOOKS[place]
        for column, shape in enumerate(shapes):
            values = np.sort(
                chosen.loc[chosen["series"] == f"{shape}, {law_name}", "estimate"].to_numpy()
            )
            x = column + np.linspace(-0.3, 0.3, values.size)
            label = (
                {_TRUE: "the lemma's degrees", _WRONG: "wrong degrees"}[law_name]
                if column == 0
                else None
            )
            axes.plot(
                x, values, linestyle="none", marker=marker, markersize=4, color=color, label=label
            )
    n = int(found["n"].max())
    single = 1.36 * np.sqrt(2 / n)  # Kolmogorov's 95 % point
    axes.axhline(
        single,
        color=LOOKS[5][0],
        linewidth=0.8,
        linestyle="--",
        label="95 % point of a single test",
    )
    axes.set(yscale="log", ylabel="largest difference of distributions", xlabel="shape n_1-…-n_l")
    axes.set_xticks(range(len(shapes)), shapes)
    axes.legend(fontsize=7)
    return figure


def _shapes(found: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(name.split(", ")[0] for name in found["series"]))
