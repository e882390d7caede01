"""Lemma 2 in numbers: the lower tail of χ²_d beside its bound."""

import pandas as pd

from fcflow.experiments.theory.lemma2.columns import TABLE, VALUES
from fcflow.experiments.theory.rows import exact, row
from fcflow.paper.layout import Layout, Panel
from fcflow.paper.table import ShownTable, table


@table(
    "lemma2",
    schema=TABLE,
    reads={"values": VALUES.at("results/theory/lemma2.parquet")},
    label="Lemma 2",
    shows="the lower tail of χ²",
    caption="The lemma bounds the probability P that the squared length of a random Gaussian"
    " vector in d dimensions is at most α times its mean d. The logarithm of the exact P over d,"
    " beside the lemma's bound, which has to be larger and is the limit as d grows.",
)
def lemma2(values: pd.DataFrame) -> ShownTable:
    """Return ln P/d at each α and d (``series`` is α), with the bound's exponent beside it."""
    rows = TABLE.table(
        [
            row(
                "log_tail_per_d",
                value["d"],
                exact(value["log_tail"] / value["d"]),
                value["exponent"],
                f"{value['alpha']:g}",
            )
            for value in values.to_dict("records")
        ]
    )
    return ShownTable(rows, *_layout(rows))


def _layout(rows: pd.DataFrame) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown: one row an α, one column for each of four dimensions."""
    numbers = rows.assign(alpha=rows["series"].astype(float))
    dims = sorted(numbers["at"].unique())
    shown = [dims[i] for i in sorted({0, len(dims) // 3, 2 * len(dims) // 3, len(dims) - 1})]
    wide = numbers[numbers["at"].isin(shown)].pivot(index="alpha", columns="at", values="estimate")
    wide.columns = pd.Index([f"d{d:g}" for d in wide.columns])
    wide = wide.reset_index()
    wide["bound"] = sorted(numbers.groupby("alpha")["expected"].first())

    labels = {"alpha": "α", **{f"d{d:g}": f"d = {d:g}" for d in shown}, "bound": "½ ln(α e^(1−α))"}
    spanners = {
        "ln P(χ²_d ≤ α d) / d, exact": [f"d{d:g}" for d in shown],
        "the lemma's bound": ["bound"],
    }
    notes = [
        (
            "Exact values, computed and not drawn. The bound is the limit as d → ∞ and falls"
            " without end as α → 0."
        )
    ]
    layout = Layout(
        "Lemma 2. The lower tail of χ² and its bound",
        labels,
        spanners,
        notes,
        plain=["alpha"],
        below=[_holds(rows)],
    )
    return wide, layout


def _holds(rows: pd.DataFrame) -> Panel:
    """Return at how many pairs of α and d the bound holds, and how near it comes."""
    gap = (rows["expected"] - rows["estimate"]) * rows["at"]
    shown = pd.DataFrame(
        [{"pairs": len(rows), "holds": int((gap >= 0).sum()), "least": float(gap.min())}]
    )
    labels = {
        "pairs": "pairs of α and d",
        "holds": "where the bound holds",
        "least": "least ln(bound / P)",
    }
    return Panel(shown, Layout("Does the bound hold?", labels, integers=["pairs", "holds"]))
