"""Lemma 2 in exact values: the lower tail of χ²_d and its bound, computed and not drawn."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from fcflow.experiments.theory.lemma2.columns import VALUES
from fcflow.experiments.theory.simulation import simulation
from fcflow.theory.chi_square_bound import exponent, log_bound, log_tail


@simulation("lemma2", writes=VALUES)
def evaluate_lemma2(*, dims: Sequence[int], alphas: Sequence[float]) -> pd.DataFrame:
    """Return both logarithms at every d and α.

    Returns
    -------
    DataFrame
        As :data:`~fcflow.experiments.theory.lemma2.columns.VALUES`.
    """
    d, alpha = (grid.ravel() for grid in np.meshgrid(dims, alphas, indexing="ij"))
    return VALUES.table(
        pd.DataFrame(
            {
                "d": d,
                "alpha": alpha,
                "log_tail": log_tail(d, alpha),
                "log_bound": log_bound(d, alpha),
                "exponent": exponent(alpha),
            }
        )
    )
