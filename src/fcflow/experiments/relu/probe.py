"""Stage 3: where the trained networks look along a segment between the classes ([FC] §6)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from fcflow.compression.feature import feature_compression, span_ratio
from fcflow.compression.path import PathCompression, path_compression
from fcflow.experiments.hypercube.columns import MATRICES
from fcflow.experiments.hypercube.points import segment_ends
from fcflow.experiments.hypercube.runs import trained_runs
from fcflow.experiments.relu.columns import PATHS, SEGMENTS, TRAINING, WEIGHTS
from fcflow.networks.relu import ReluNetwork
from fcflow.networks.relu_module import relu_module
from fcflow.steps import step

Arrays = Mapping[str, NDArray[Any]]


@step(
    reads={"matrices": [MATRICES], "training": [TRAINING], "weights": [WEIGHTS]},
    writes={"segments": SEGMENTS, "paths": PATHS},
)
def probe_networks(
    matrices: Sequence[Arrays],
    training: Sequence[pd.DataFrame],
    weights: Sequence[Arrays],
    *,
    alphas: int,
    path_tolerance: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure every trained run along its segment x(α) = α b1 + (1 - α) b2, in float64.

    The ends b1 and b2 are corners that differ in the label alone.

    Parameters
    ----------
    matrices : sequence of dict
        ``A`` float64 [runs, d, d] of each setting, by number of the run.
    training : sequence of DataFrame
        As :data:`~fcflow.experiments.relu.columns.TRAINING`.
    weights : sequence of dict
        ``W0, b0, …`` stacked over the trained runs, in the order of ``training``.
    alphas : int
        Points on the segment, in equal steps from α = 0 to α = 1.
    path_tolerance : float
        Largest relative error of the path integral.

    Returns
    -------
    segments : DataFrame
        One row a point, as :data:`~fcflow.experiments.relu.columns.SEGMENTS`.
    paths : DataFrame
        One row a run, as :data:`~fcflow.experiments.relu.columns.PATHS`.
    """
    segments, paths = [], []
    runs = trained_runs(matrices, training, weights)
    for run in tqdm(runs, desc="runs", unit="run", mininterval=1.0):
        network = ReluNetwork.from_arrays(run.arrays)
        b1, b2 = segment_ends(run.A, run.key["seed"])
        rows, path = _probe(network, b1, b2, alphas, path_tolerance)
        segments.append(rows.assign(**run.key))
        paths.append(run.key | path | {"rho_mean": _mean(rows["rho"].to_numpy())})
    return SEGMENTS.table(pd.concat(segments, ignore_index=True)), PATHS.table(paths)


def _probe(
    network: ReluNetwork,
    b1: NDArray[np.float64],
    b2: NDArray[np.float64],
    alphas: int,
    tolerance: float,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    model = relu_module(network, torch.float64)
    x1, x2 = torch.from_numpy(b1)[None], torch.from_numpy(b2)[None]

    # The path runs from x1 = b1 (γ = 0, α = 1) to x2 = b2 (γ = 1, α = 0).
    path = path_compression(model, x1, x2, 0, 1, points=alphas, tolerance=tolerance)
    alpha = 1.0 - path.gamma
    points = alpha[:, None] * x1 + (1.0 - alpha[:, None]) * x2

    direction = (x1 - x2).expand_as(points)
    cosine = feature_compression(model, points, direction, 0, 1)
    rows = pd.DataFrame(
        {
            "alpha": alpha.numpy(),
            "cos_theta": cosine.numpy(),
            "rho": cosine.abs().numpy(),
            "rho2": span_ratio(model, points, direction, 0, 1).numpy(),
            "gradient_norm": path.grad_norm[0].numpy(),
            "gap": path.gap[0].numpy(),
        }
    )
    return rows[::-1], _path_columns(path)


def _path_columns(path: PathCompression) -> dict[str, Any]:
    return {
        "gap_b1": float(path.gap[0, 0]),
        "gap_b2": float(path.gap[0, -1]),
        "integral": float(path.integral[0]),
        "quadrature_error": float(path.quadrature_error[0]),
        "converged": bool(path.converged[0]),
        "n_gradients": int(path.n_gradients[0]),
        "predicted_length": float(path.predicted_length[0]),
        "flip_length": float(path.flip_length[0]),
        "mean_cos": float(path.mean_cos[0]),
    }


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if np.isfinite(values).all() else float("nan")
