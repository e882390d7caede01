"""Theorem 6: exponentially many points of two classes, and the network that the theorem assumes."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from fcflow.data.hypercube import hypercube_points
from fcflow.experiments.theory.draws import gaussian_matrix, invertible
from fcflow.experiments.theory.schemas import THEOREM6
from fcflow.seeds import run_seed
from fcflow.theory.class_distance import class_distance
from fcflow.theory.hypercube_attack import attack_hypercube


def simulate_theorem6(
    *,
    seed: int,
    dims: Sequence[int],
    draws: Sequence[int],
    column_scales: Sequence[float],
    points: int,
    max_decoded_dim: int,
    max_nodes: int,
) -> pd.DataFrame:
    """Attack the assumed network at its points and decode the least distance between the classes, one row a matrix.

    Parameters
    ----------
    seed, dims, draws, column_scales, points, max_decoded_dim, max_nodes
        As in the configuration; all corners are attacked where there are no more than ``points``.

    Returns
    -------
    DataFrame
        As :data:`~fcflow.experiments.theory.schemas.THEOREM6`.
    """
    rows = []
    for d, n in tqdm(list(zip(dims, draws, strict=True)), desc="d"):
        for number in range(n):
            own = run_seed(seed, "theorem6", d, number)
            gaussian, redraws = invertible(partial(gaussian_matrix, d), own)
            # |R_dd| is the same for every scale, so that only what is decoded is worth a second
            # one.
            for scale in column_scales if d <= max_decoded_dim else column_scales[:1]:
                A = gaussian.copy()
                A[:, :-1] *= scale
                key = {
                    "d": d,
                    "draw": number,
                    "seed": own,
                    "redraws": redraws,
                    "column_scale": float(scale),
                }
                found = _attacked(A, own, points) | _decoded(
                    A, max_nodes if d <= max_decoded_dim else 0
                )
                rows.append(key | found)
    return pd.DataFrame(rows)[list(THEOREM6.frame.columns)]


def _attacked(A: NDArray[np.float64], seed: int, points: int) -> dict[str, Any]:
    d = A.shape[0]
    z = hypercube_points(A, sample=None if d < 26 and 2**d <= points else points, seed=seed).z
    attack = attack_hypercube(A, z)
    return {
        "boundary_norm": attack.boundary_norm,
        "points": len(z),
        "flipped": int((attack.outputs * z[:, -1] < 0).sum()),
        "flip_error": float(np.abs(attack.outputs + z[:, -1]).max()),
        "feature_norm": float(np.linalg.norm(A[:, -1])),
    }


def _decoded(A: NDArray[np.float64], max_nodes: int) -> dict[str, Any]:
    if max_nodes == 0:
        return {"class_distance": np.nan, "decoded": False, "nodes": 0}
    found = class_distance(A, max_nodes=max_nodes)
    distance = found.distance if found.proved else np.nan
    return {"class_distance": distance, "decoded": found.proved, "nodes": found.nodes}
