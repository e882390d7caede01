"""The points of one run, from its row and its matrix."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcflow.data.hypercube import HypercubePoints, hypercube_points


def points_of_run(problem: Any, A: NDArray[np.float64]) -> HypercubePoints:
    """Return the points that a run is trained and measured on.

    Parameters
    ----------
    problem : row of :data:`~fcflow.experiments.hypercube.schemas.PROBLEMS`
    A : float64 [d, d]
        The run's matrix.
    """
    sample = None if problem.enumerated else int(problem.n_points)
    return hypercube_points(A, sample=sample, seed=int(problem.seed))
