"""Stage 3: where the trained networks look, along the segment between two corners that differ in the label alone."""

from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from fcflow.compression.feature import feature_compression, span_ratio
from fcflow.compression.path import PathCompression, path_compression
from fcflow.experiments.hypercube.points import segment_ends
from fcflow.experiments.relu.schemas import KEY
from fcflow.networks.relu import ReluNetwork
from fcflow.networks.relu_module import relu_module


def probe_networks(
    training: pd.DataFrame,
    A: NDArray[np.float64],
    weights: dict[str, NDArray[Any]],
    *,
    alphas: int,
    tolerance: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure every trained run of a setting along its segment x(α) = α b1 + (1 - α) b2, in float64.

    Parameters
    ----------
    training : rows of :data:`~fcflow.experiments.relu.schemas.TRAINING`
    A : float64 [runs, d, d]
        The matrices, by number of the run.
    weights : dict
        ``W0, b0, …`` stacked over the trained runs, in the order of ``training``.
    alphas : int
        Points on the segment, in equal steps from α = 0 to α = 1.
    tolerance : float
        Largest relative error of the path integral.

    Returns
    -------
    segments : DataFrame
        One row a point, as :data:`~fcflow.experiments.relu.schemas.SEGMENTS`.
    paths : DataFrame
        One row a run, as :data:`~fcflow.experiments.relu.schemas.PATHS`.
    """
    segments, paths = [], []
    keys: list[dict[str, Any]] = [
        dict(zip(KEY, row, strict=True)) for row in training[KEY].itertuples(index=False)
    ]
    for index, key in enumerate(tqdm(keys, desc="runs", unit="run", mininterval=1.0)):
        network = ReluNetwork.from_arrays({name: array[index] for name, array in weights.items()})
        b1, b2 = segment_ends(A[key["run"]], key["seed"])
        rows, path = _probe(network, b1, b2, alphas, tolerance)
        segments.append(rows.assign(**key)[[*KEY, *rows.columns]])
        paths.append(key | path | {"rho_mean": _mean(rows["rho"].to_numpy())})
    return pd.concat(segments, ignore_index=True), pd.DataFrame(paths)


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
    return rows[::-1].reset_index(drop=True), _path_columns(path)


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
