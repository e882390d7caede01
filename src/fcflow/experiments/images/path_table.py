"""The cosine along the paths of pairs (Tables 6 and 7)."""

import pandas as pd

from fcflow.artifacts.schema import declare, integer, real, text
from fcflow.experiments.images.columns import KEY

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
