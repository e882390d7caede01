"""Stage 3: where the trained networks look (cos θ1 and cos θ2 of [FC] §6)."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.compression.direction import direction_cosine
from fcflow.experiments.linear.schemas import KEY
from fcflow.theory.compression_ratio import inverse_last_row


def probe_networks(
    training: pd.DataFrame, A: NDArray[np.float64], W: NDArray[np.float64]
) -> pd.DataFrame:
    """Return cos θ1 = cos∠(W1 - W2, a) and cos θ2 = cos∠(W1, (A⁻¹)[d, :]) of each trained run.

    Parameters
    ----------
    training : rows of :data:`~fcflow.experiments.linear.schemas.TRAINING`
    A : float64 [runs, d, d]
        The matrices, by number of the run.
    W : float64 [r, 2, d]
        The networks' maps, in the order of ``training``.
    """
    matrices = A[training["run"].to_numpy()]
    rows = training[KEY].copy()
    rows["cos_theta1"] = direction_cosine(W[:, 0] - W[:, 1], matrices[:, :, -1])
    rows["cos_theta2"] = direction_cosine(W[:, 0], inverse_last_row(matrices))
    return rows
