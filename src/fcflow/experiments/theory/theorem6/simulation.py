"""Theorem 6 by simulation: exponentially many points of two classes, and the assumed network."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from fcflow.data.hypercube import hypercube_points
from fcflow.experiments.theory.draws import gaussian_matrix, invertible
from fcflow.experiments.theory.simulation import simulation
from fcflow.experiments.theory.theorem6.columns import DRAWS
from fcflow.seeds import run_seed
from fcflow.theory.class_distance import class_distance
from fcflow.theory.hypercube_attack import attack_hypercube


@simulation("theorem6", writes=DRAWS)
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
    """Attack the assumed network at its points and decode the least distance of the classes.

    Parameters
    ----------
    seed, dims, draws, column_scales, points, max_decoded_dim, max_nodes
        As in the configuration; all corners are attacked where there are no more than ``points``.

    Returns
    -------
    DataFrame
        As :data:`~fcflow.experiments.theory.theorem6.columns.DRAWS`, one row a matrix.
    """
    rows = []
    for d, n in tqdm(list(zip(dims, draws, strict=True)), desc="d"):
        decoded = d <= max_decoded_dim
        for number in range(n):
            own = run_seed(seed, "theorem6", d, number)
            gaussian, redraws = invertible(partial(gaussian_matrix, d), own)
            key = {"d": d, "draw": number, "seed": own, "redraws": redraws}
            # |R_dd| is the same for every scale: only what is decoded is worth a second one.
            for scale in column_scales if decoded else column_scales[:1]:
                A = gaussian.copy()
                A[:, :-1] *= scale
                distance = _decoded(A, max_nodes if decoded else 0)
                rows.append(key | {"column_scale": scale} | _attacked(A, own, points) | distance)
    return DRAWS.table(rows)


def _attacked(A: NDArray[np.float64], seed: int, points: int) -> dict[str, Any]:
    corners = 2 ** A.shape[0]
    z = hypercube_points(A, sample=None if corners <= points else points, seed=seed).z
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
    search = class_distance(A, max_nodes=max_nodes)
    distance = search.distance if search.proved else np.nan
    return {"class_distance": distance, "decoded": search.proved, "nodes": search.nodes}
