"""Section 5's identity on the linear networks, whose gradient is the same everywhere."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.experiments.hypercube.columns import MATRICES
from fcflow.experiments.hypercube.points import segment_ends
from fcflow.experiments.linear.columns import MAPS, TRAINING
from fcflow.experiments.theory.section5.columns import LINEAR_PATHS
from fcflow.steps import step

Arrays = dict[str, NDArray[Any]]

# Roundings of the products behind a gap that the identity may be off by: sums of hundreds of
# products, in an order of the library's own, round a few times more than once.
_ROUNDINGS = 64


@step(
    reads={"training": [TRAINING], "matrices": [MATRICES], "maps": [MAPS]},
    writes={"rows": LINEAR_PATHS},
)
def check_linear_paths(
    training: Sequence[pd.DataFrame], matrices: Sequence[Arrays], maps: Sequence[Arrays]
) -> pd.DataFrame:
    """Integrate each trained map's gradient between the classes, and compare with its outputs.

    The gradient of an affine map is the same everywhere, so the integral ⟨∇g, x1 - x2⟩ is exact. x1
    = A z₊ and x2 = A z₋ share random bits and differ in the label, as for the ReLU networks.

    Parameters
    ----------
    training : sequence of DataFrame
        Of the linear experiment, one for each setting.
    matrices : sequence of dict
        ``A`` [runs, d, d] of each setting.
    maps : sequence of dict
        ``W`` [r, 2, d] and ``b`` [r, 2] of each setting, in the order of ``training``.

    Returns
    -------
    DataFrame
        As :data:`~fcflow.experiments.theory.section5.columns.LINEAR_PATHS`; ``converged`` says
        whether they agree to rounding.
    """
    settings = zip(training, matrices, maps, strict=True)
    paths = [_paths(runs, problems["A"], **affine) for runs, problems, affine in settings]
    return LINEAR_PATHS.table(pd.concat(paths, ignore_index=True))


def _paths(
    runs: pd.DataFrame, A: NDArray[np.float64], W: NDArray[np.float64], b: NDArray[np.float64]
) -> pd.DataFrame:
    ends = [segment_ends(A[run], seed) for run, seed in zip(runs["run"], runs["seed"], strict=True)]
    x1, x2 = (np.stack(points) for points in zip(*ends, strict=True))
    outputs1, outputs2 = ((W @ x[..., None])[..., 0] + b for x in (x1, x2))
    gap1, gap2 = outputs1[:, 0] - outputs1[:, 1], outputs2[:, 0] - outputs2[:, 1]
    integral = ((W[:, 0] - W[:, 1]) * (x1 - x2)).sum(axis=1)
    error = integral - (gap1 - gap2)

    # A gap is a sum of d products that may cancel: its rounding is that of the products.
    products = (np.abs(W).sum(axis=1) * (np.abs(x1) + np.abs(x2))).sum(axis=1)
    rounding = np.finfo(np.float64).eps * (products + np.abs(b).sum(axis=1))
    return runs.assign(
        gap_x1=gap1,
        gap_x2=gap2,
        integral=integral,
        quadrature_error=error,
        converged=np.abs(error) <= _ROUNDINGS * rounding,
        largest_output=np.maximum(np.abs(outputs1), np.abs(outputs2)).max(axis=1),
    )
