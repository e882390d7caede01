"""The cosine along the paths of pairs (Tables 6 and 7)."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from fcflow.artifacts.schema import declare, integer, real, text
from fcflow.experiments.images.pair_table import KEY
from fcflow.paper.render import Layout

PATH_TABLE = declare(
    "image path table",
    "make_table",
    {
        "experiment": text(),
        "network": integer(0),
        "pair": integer(0),
        "place": integer(0),
        "name1": text(),
        "name2": text(),
        "class1": text(),
        "class2": text(),
        "gamma": real(0, 1),
        "cos_theta": real(-1, 1, nullable=True),
        "mean_cos": real(-1, 1, nullable=True),
    },
)


def path_rows(curves: pd.DataFrame, experiments: pd.DataFrame) -> pd.DataFrame:
    """Return cos θ_γ of every pair at every γ, and each pair's average over γ."""
    names = ["place", "name1", "name2", "class1", "class2", "mean_cos"]
    rows = curves.merge(experiments[[*KEY, *names]], on=KEY, validate="many_to_one")
    return PATH_TABLE.table(rows.sort_values([*KEY, "gamma"], ignore_index=True))


def path_layout(
    rows: pd.DataFrame,
    title: str,
    notes: Sequence[str],
    *,
    name: Callable[[Any], str],
    all_pairs: bool,
    decimals: int = 4,
) -> tuple[pd.DataFrame, Layout]:
    """Return cosines as shown: one column a pair that has a place, and averages over γ below.

    Parameters
    ----------
    rows : DataFrame
        As :data:`PATH_TABLE`.
    title, notes
    name : callable
        From a pair's row to its heading.
    all_pairs : bool
        Whether a last column has the mean |cos θ| over all pairs.
    decimals : int
    """
    placed = rows[rows["place"] > 0]
    columns = placed.pivot(index="gamma", columns="place", values="cos_theta")
    pairs = placed.drop_duplicates("place").sort_values("place")
    labels = {str(row["place"]): name(row) for _, row in pairs.iterrows()}
    spanners = {"cos θ at x1 + γ (x2 − x1)": list(labels)} if labels else {}
    if all_pairs:
        columns["all"] = rows["cos_theta"].abs().groupby(rows["gamma"]).mean()
        labels["all"] = f"mean |cos θ|, all {len(rows.drop_duplicates(KEY))} pairs"
    shown = pd.concat([columns, columns.mean().to_frame().T], ignore_index=True)
    shown.columns = [str(column) for column in shown.columns]
    shown.insert(0, "gamma", [*(f"{gamma:.3g}" for gamma in columns.index), "average"])
    kept = [note for note in notes if note]
    return shown, Layout(title, {"gamma": "γ"} | labels, spanners, kept, decimals=decimals)
