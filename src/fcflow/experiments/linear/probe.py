"""Stage 3: where the trained networks look (cos θ1 and cos θ2 of [FC] §6)."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.compression.direction import direction_cosine
from fcflow.experiments.hypercube.columns import MATRICES
from fcflow.experiments.linear.columns import MAPS, PROBES, TRAINING
from fcflow.steps import step
from fcflow.theory.compression_ratio import inverse_last_row

Arrays = Mapping[str, NDArray[np.float64]]


@step(
    reads={"matrices": [MATRICES], "training": [TRAINING], "maps": [MAPS]},
    writes={"probes": PROBES},
)
def probe_networks(
    matrices: Sequence[Arrays], training: Sequence[pd.DataFrame], maps: Sequence[Arrays]
) -> pd.DataFrame:
    """Return cos θ1 = cos∠(W1 - W2, a) and cos θ2 = cos∠(W1, (A⁻¹)[d, :]) of each trained run.

    Parameters
    ----------
    matrices : sequence of dict
        ``A`` float64 [runs, d, d] of each setting, by number of the run.
    training : sequence of DataFrame
        As :data:`~fcflow.experiments.linear.columns.TRAINING`.
    maps : sequence of dict
        ``W`` float64 [r, 2, d], the networks' maps, in the order of ``training``.
    """
    settings = zip(matrices, training, maps, strict=True)
    return PROBES.table(pd.concat([_probe(*setting) for setting in settings], ignore_index=True))


def _probe(matrices: Arrays, training: pd.DataFrame, maps: Arrays) -> pd.DataFrame:
    A, W = matrices["A"][training["run"].to_numpy()], maps["W"]
    return training.assign(
        cos_theta1=direction_cosine(W[:, 0] - W[:, 1], A[:, :, -1]),
        cos_theta2=direction_cosine(W[:, 0], inverse_last_row(A)),
    )
