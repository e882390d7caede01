"""The four factors of every pair's shortest perturbation."""

import numpy as np
import pandas as pd

from fcflow.artifacts.schema import declare, integer, real, text
from fcflow.experiments.images.columns import KEY

# The factors, whose product is ‖e‖/half, and what tables call them.
FACTORS = {
    "weighted_cosine": "compression",
    "evenness": "evenness",
    "boundary_place": "boundary's place",
    "curvature": "curvature",
}
PAIR_FACTORS = declare(
    "image pair factors",
    "make_table",
    {
        "experiment": text(),
        "network": integer(0),
        "pair": integer(0),
        "place": integer(0),
        "image1": integer(0),
        "name1": text(),
        "name2": text(),
        "class1": text(),
        "class2": text(),
        "half_distance": real(0),
        "norm": real(0, nullable=True),
        "ratio": real(0, nullable=True),
        **{factor: real(nullable=True) for factor in FACTORS},
        "product": real(nullable=True),
        "log_ratio": real(nullable=True),
        **{f"log_{factor}": real(nullable=True) for factor in FACTORS},
    },
)
_SIZE = 1e-300  # of which a logarithm can be taken


def pair_factors(experiments: pd.DataFrame, curves: pd.DataFrame) -> pd.DataFrame:
    """Return each pair's factors, their product, and the logarithms of their sizes, which add up.

    ‖e‖ is the shortest perturbation found that puts x2's class over x1's; N̄ is the trapezoid rule
    over the points of the path.

    Parameters
    ----------
    experiments, curves : DataFrames
        As :data:`~fcflow.experiments.images.columns.EXPERIMENTS` and ``CURVES`` there.

    Returns
    -------
    DataFrame
        As :data:`PAIR_FACTORS`. NaN where no perturbation was found, or a factor is not defined.
    """
    lengths = [
        {
            **dict(zip(KEY, key, strict=True)),
            "mean_norm": np.trapezoid(own.gradient_norm, own.gamma),
        }
        for key, own in curves.sort_values("gamma").groupby(KEY, sort=False)
    ]
    rows = experiments.merge(
        pd.DataFrame(lengths, columns=[*KEY, "mean_norm"]).astype({"mean_norm": "float64"}),
        on=KEY,
        how="left",
        validate="one_to_one",
    )
    start, change = rows["gap_x1"], rows["gap_x1"] - rows["gap_x2"]
    factors = {
        "weighted_cosine": change / (rows["distance"] * rows["mean_norm"]),
        "evenness": rows["mean_norm"] / rows["gradient_norm"],
        "boundary_place": 2 * start / change,
        "curvature": rows["least"] * rows["gradient_norm"] / start,
    }
    table = pd.DataFrame(factors).replace([np.inf, -np.inf], np.nan)
    ratio = rows["least"] / rows["half_distance"]
    product = table.prod(axis=1, skipna=False)
    logs = logarithms(table.assign(ratio=ratio))
    known = rows.drop(columns=[name for name in [*FACTORS, "norm"] if name in rows])
    return PAIR_FACTORS.table(
        pd.concat([known, table, logs], axis=1).assign(
            norm=rows["least"], ratio=ratio, product=product
        )
    )


def logarithms(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the logarithms of the sizes of the factors and of ‖e‖/half, as ``log_…``.

    Parameters
    ----------
    rows : DataFrame
        With the factors and ``ratio``. NaN where one is missing or zero.
    """
    sizes = rows[[*FACTORS, "ratio"]].abs()
    return pd.DataFrame(np.log(sizes.where(sizes > _SIZE))).add_prefix("log_")


def complete(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs that have all four logarithms."""
    return rows.dropna(subset=[f"log_{factor}" for factor in FACTORS])
