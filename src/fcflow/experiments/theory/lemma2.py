"""Lemma 2: the lower tail of χ²_d against its bound, computed and not drawn."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from fcflow.experiments.theory.schemas import LEMMA2
from fcflow.theory.chi_square_bound import exponent, log_bound, log_tail


def evaluate_lemma2(*, dims: Sequence[int], alphas: Sequence[float]) -> pd.DataFrame:
    """Return both logarithms at every d and α, as :data:`~fcflow.experiments.theory.schemas.LEMMA2`."""
    d, alpha = (grid.ravel() for grid in np.meshgrid(dims, alphas, indexing="ij"))
    rows = pd.DataFrame(
        {
            "d": d,
            "alpha": alpha,
            "log_tail": log_tail(d, alpha),
            "log_bound": log_bound(d, alpha),
            "exponent": exponent(alpha),
        }
    )
    return rows[list(LEMMA2.frame.columns)]
