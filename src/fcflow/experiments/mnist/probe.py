"""Stage 4: where the networks look, from each seven to its blocked image (Table 6)."""

from typing import Any

import pandas as pd
from numpy.typing import NDArray

from fcflow.compression.path import PathCompression, path_compression
from fcflow.experiments.mnist.schemas import CURVES, PATHS, SOURCE, TARGET, as_table
from fcflow.experiments.mnist.train import as_images
from fcflow.networks.mnist_cnn import MnistCnn


def probe_pairs(
    pairs: dict[str, NDArray[Any]],
    network: MnistCnn,
    *,
    number: int,
    gammas: int,
    tolerance: float,
    max_gradients: int,
    device: str = "cpu",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure cos θ_γ with v = x1 - x2, the path integral D and the lengths that it predicts, in float32.

    Parameters
    ----------
    pairs : dict
        ``image``, ``x1`` and ``x2`` as :func:`~fcflow.experiments.mnist.block.block_sevens` returns
        them.
    number : int
        The network's.
    gammas : int
        Points at which cos θ_γ is reported, in equal steps from γ = 0 (x1) to γ = 1 (x2).
    tolerance, max_gradients
        See :func:`~fcflow.compression.path.path_compression`.

    Returns
    -------
    curves : DataFrame
        One row a pair and γ, as :data:`~fcflow.experiments.mnist.schemas.CURVES`.
    paths : DataFrame
        One row a pair, as :data:`~fcflow.experiments.mnist.schemas.PATHS`.
    """
    if len(pairs["image"]) == 0:
        return as_table([], CURVES), as_table([], PATHS)
    path = path_compression(
        network,
        as_images(pairs["x1"], device),
        as_images(pairs["x2"], device),
        SOURCE,
        TARGET,
        points=gammas,
        tolerance=tolerance,
        max_gradients=max_gradients,
    )
    curves, paths = [], []
    for i, image in enumerate(pairs["image"].tolist()):
        key = {"network": number, "image": image}
        columns = {
            "gamma": path.gamma,
            "cos_theta": path.cos[i],
            "gradient_norm": path.grad_norm[i],
            "gap": path.gap[i],
        }
        values = {name: value.double().cpu().numpy() for name, value in columns.items()}
        curves += [
            key | {name: column[k] for name, column in values.items()} for k in range(gammas)
        ]
        paths.append(key | _path_columns(path, i))
    return as_table(curves, CURVES), as_table(paths, PATHS)


def _path_columns(path: PathCompression, i: int) -> dict[str, Any]:
    change, error = float(path.gap[i, 0]) - float(path.gap[i, -1]), float(path.quadrature_error[i])
    return {
        "gap_x1": float(path.gap[i, 0]),
        "gap_x2": float(path.gap[i, -1]),
        "integral": float(path.integral[i]),
        "quadrature_error": error,
        "relative_error": abs(error / change),
        "converged": bool(path.converged[i]),
        "n_gradients": int(path.n_gradients[i]),
        "gradient_norm": float(path.grad_norm[i, 0]),
        "cos_theta": float(path.cos[i, 0]),
        "mean_cos": float(path.mean_cos[i]),
        "mean_abs_cos": float(path.cos[i].abs().mean()),
        "predicted_length": float(path.predicted_length[i]),
        "flip_length": float(path.flip_length[i]),
    }
