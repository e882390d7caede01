"""Stage 1: the matrices of a setting's runs."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.data.hypercube import draw_matrix
from fcflow.experiments.hypercube.columns import MATRICES, PROBLEMS
from fcflow.seeds import run_seed
from fcflow.steps import step
from fcflow.theory.compression_ratio import compression_ratio


@step(writes={"problems": PROBLEMS, "matrices": MATRICES})
def generate_hypercubes(
    *,
    seed: int,
    experiment: str,
    study: str,
    d: int,
    column_scale: float,
    runs: int,
    sample: int | None,
) -> tuple[pd.DataFrame, dict[str, NDArray[np.float64]]]:
    """Draw the matrices A of a setting's runs; the points follow from a run's A and seed.

    Parameters
    ----------
    seed, experiment, study, d, column_scale, runs
        As in the configuration.
    sample : int or None
        Points of a run, None for all 2^d corners.

    Returns
    -------
    rows : DataFrame
        One row a run, as :data:`~fcflow.experiments.hypercube.columns.PROBLEMS`.
    matrices : dict
        ``A`` float64 [runs, d, d].
    """
    seeds = [run_seed(seed, experiment, study, d, run) for run in range(runs)]
    A = np.stack([draw_matrix(d, column_scale, each) for each in seeds])
    rows = pd.DataFrame(
        {
            "study": study,
            "d": d,
            "column_scale": float(column_scale),
            "run": np.arange(runs),
            "seed": seeds,
            "enumerated": sample is None,
            "n_points": 2**d if sample is None else sample,
            "feature_norm": np.linalg.norm(A[:, :, -1], axis=1),
            "phi": compression_ratio(A),
        }
    )
    return rows, {"A": A}
