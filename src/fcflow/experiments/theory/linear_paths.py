"""Section 5's identity on the linear networks: the integral of the gradient along a path is the change of the gap."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.experiments.hypercube.points import segment_ends
from fcflow.experiments.theory.schemas import LINEAR_PATHS

_KEY = ["study", "d", "run", "seed", "hidden", "batch_size"]
# Roundings of the largest output at the ends of a path that the identity may be off by.
_ROUNDINGS = 64


def check_linear_paths(
    training: pd.DataFrame, A: NDArray[np.float64], W: NDArray[np.float64], b: NDArray[np.float64]
) -> pd.DataFrame:
    """Integrate each trained map's gradient along a path between the classes, and compare with its outputs there.

    The gradient of an affine map is the same everywhere, so the integral ⟨∇g, x1 - x2⟩ is exact. x1
    = A z₊ and x2 = A z₋ share random bits and differ in the label, as for the ReLU networks.

    Parameters
    ----------
    training : rows of the linear experiment's training
    A : float64 [runs, d, d]
    W, b : float64 [r, 2, d] and [r, 2]
        The maps, in the order of ``training``.

    Returns
    -------
    DataFrame
        As :data:`~fcflow.experiments.theory.schemas.LINEAR_PATHS`; ``converged`` says whether they
        agree to rounding.
    """
    ends = [
        segment_ends(A[run], seed)
        for run, seed in zip(training["run"], training["seed"], strict=True)
    ]
    x1, x2 = (np.stack(each) for each in zip(*ends, strict=True))
    outputs1, outputs2 = ((W @ x[..., None])[..., 0] + b for x in (x1, x2))
    gap1, gap2 = outputs1[:, 0] - outputs1[:, 1], outputs2[:, 0] - outputs2[:, 1]
    integral = ((W[:, 0] - W[:, 1]) * (x1 - x2)).sum(axis=1)
    error = integral - (gap1 - gap2)
    # A gap is a sum of d products that may cancel: its rounding is that of the products.
    largest = (np.abs(W).sum(axis=1) * (np.abs(x1) + np.abs(x2))).sum(axis=1) + np.abs(b).sum(
        axis=1
    )
    rows = training[_KEY].assign(
        gap_x1=gap1,
        gap_x2=gap2,
        integral=integral,
        quadrature_error=error,
        converged=np.abs(error) <= _ROUNDINGS * np.finfo(np.float64).eps * largest,
        largest_output=np.maximum(np.abs(outputs1), np.abs(outputs2)).max(axis=1),
    )
    return rows[list(LINEAR_PATHS.frame.columns)]
