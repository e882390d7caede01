"""Lemma 3 in numbers: how far the two constructions' laws are from each other, entry by entry."""

import numpy as np
import pandas as pd

from fcflow.experiments.theory.lemma3.columns import RIGHT, TABLE, TESTS, WRONG
from fcflow.experiments.theory.rows import exact, row
from fcflow.paper.layout import Layout
from fcflow.paper.numbers import number, plain
from fcflow.paper.table import ShownTable, table
from fcflow.stats import Estimate

_LEAST_P = 1e-10  # smaller p-values are rounding
_NAMES = ("tests", "rejected", "least_adjusted_p", "largest_statistic")


@table(
    "lemma3",
    schema=TABLE,
    reads={"tests": TESTS.at("results/theory/lemma3.parquet")},
    label="Lemma 3",
    shows="QR of products of Gaussian matrices",
    caption="The lemma says how the triangular factor R of a product of random Gaussian matrices"
    " is distributed. Its law is compared with drawn products, entry by entry, by tests that"
    " should not reject it; and, to see that they can, with a law whose degrees of freedom are"
    " wrong on purpose.",
)
def lemma3(tests: pd.DataFrame) -> ShownTable:
    """Return, for each shape, how many tests reject the lemma's law and how many a wrong one.

    ``series`` is the shape and which law was tested; a statistic's ``n`` is the number of draws on
    each side.
    """
    rows = []
    for (extra, widths), part in tests.groupby(["wrong_degrees", "widths"], sort=False):
        series = f"{widths}, {RIGHT if extra == 0 else WRONG}"
        n = int(part["draws"].iloc[0])
        expected = 0.0 if extra == 0 else None
        values = (
            ("tests", len(part), None),
            ("rejected", part["rejected"].sum(), expected),
            ("least_adjusted_p", part["adjusted_p_value"].min(), None),
            ("largest_statistic", part["statistic"].max(), None),
        )
        rows += [row(name, None, exact(value, n), law, series) for name, value, law in values]
        for test in part.to_dict("records"):
            estimate = Estimate(test["statistic"], np.nan, np.nan, n)
            rows.append(row(f"statistic of {test['quantity']}", None, estimate, series=series))
    frame = TABLE.table(rows)
    return ShownTable(frame, *_layout(frame))


def _layout(rows: pd.DataFrame) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown: one row a shape."""
    named = rows[rows["quantity"].isin(_NAMES)]
    wide = named.pivot(index="series", columns="quantity", values="estimate")
    shown = pd.DataFrame(
        [
            {"widths": shape}
            | {f"true_{name}": wide.loc[f"{shape}, {RIGHT}", name] for name in _NAMES}
            | {f"wrong_{name}": wide.loc[f"{shape}, {WRONG}", name] for name in _NAMES}
            for shape in dict.fromkeys(series.split(", ")[0] for series in rows["series"])
        ]
    )
    for column in ("true_least_adjusted_p", "wrong_least_adjusted_p"):
        shown[column] = [_p_text(p) for p in shown[column]]
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
    n = int(rows["n"].max())
    notes = [
        (
            f"Two-sample Kolmogorov-Smirnov tests of {n} products against {n} products of"
            " triangular factors: every entry of R and every singular value. Holm's adjustment"
            " over all tests keeps the chance of any false rejection small."
        ),
        "R is made unique by a positive diagonal; as printed, the lemma leaves its signs open.",
    ]
    title = "Lemma 3. The QR decomposition of products of Gaussian matrices"
    counts = ["true_tests", "true_rejected", "wrong_rejected"]
    return shown, Layout(title, labels, spanners, notes, integers=counts)


def _p_text(p: float) -> str:
    """Return a p-value; below what the tests' approximations can tell, that it is below that."""
    return f"< {plain(_LEAST_P)}" if p < _LEAST_P else number(p)
