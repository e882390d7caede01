"""The points of one run, and the segment between two of them on which it is probed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcflow.data.hypercube import HypercubePoints, hypercube_points
from fcflow.seeds import Stream, generator


def points_of_run(problem: Any, A: NDArray[np.float64]) -> HypercubePoints:
    """Return the points that a run is trained and measured on.

    Parameters
    ----------
    problem : row of :data:`~fcflow.experiments.hypercube.columns.PROBLEMS`
    A : float64 [d, d]
        The run's matrix.
    """
    sample = None if problem.enumerated else int(problem.n_points)
    return hypercube_points(A, sample=sample, seed=int(problem.seed))


def segment_ends(
    A: NDArray[np.float64], seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return b1 = A z₊ and b2 = A z₋, corners that differ in the label alone: b1 - b2 = 2a.

    z₊ and z₋ share random bits, and end in +1 and -1.

    Examples
    --------
    >>> b1, b2 = segment_ends(np.eye(3), seed=0)
    >>> (b1 - b2).tolist()
    [0.0, 0.0, 2.0]
    """
    bits = generator(seed, Stream.PROBED_POINTS).integers(0, 2, A.shape[0] - 1)
    shared = A[:, :-1] @ (2.0 * bits - 1.0)
    return shared + A[:, -1], shared - A[:, -1]
