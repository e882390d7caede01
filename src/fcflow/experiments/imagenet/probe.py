"""Stage 2: where the network looks along the path from one image of a pair to the other."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import nn
from tqdm import tqdm

from fcflow.compression.path import PathCompression, path_compression
from fcflow.experiments.imagenet.network import as_tensor
from fcflow.experiments.imagenet.schemas import CURVES, PATHS


def probe_pairs(
    pairs: pd.DataFrame,
    pixels: NDArray[np.uint8],
    model: nn.Module,
    *,
    gammas: int,
    tolerance: float,
    max_gradients: int,
    batch: int,
    device: str = "cpu",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure cos θ_γ, the path integral D and the lengths that it predicts, one pair at a time, in float32.

    Parameters
    ----------
    pairs : rows of :data:`~fcflow.experiments.imagenet.schemas.PAIRS`
    pixels : uint8 [images, 3, h, w]
    model : torch module in evaluation mode
        From pixels in [0, 1] to logits.
    gammas : int
        Points of the path at which cos θ_γ is reported, in equal steps from γ = 0 (x1) to γ = 1
        (x2).
    tolerance, max_gradients, batch
        See :func:`~fcflow.compression.path.path_compression`.

    Returns
    -------
    curves : DataFrame
        One row a pair and γ, as :data:`~fcflow.experiments.imagenet.schemas.CURVES`.
    paths : DataFrame
        One row a pair, as :data:`~fcflow.experiments.imagenet.schemas.PATHS`.
    """
    curves, paths = [], []
    for row in tqdm(pairs.to_dict("records"), desc="pairs", unit="pair", mininterval=1.0):
        x1, x2 = (as_tensor(pixels[row[image]][None], device) for image in ("image1", "image2"))
        path = path_compression(
            model,
            x1,
            x2,
            row["source"],
            row["target"],
            points=gammas,
            tolerance=tolerance,
            max_gradients=max_gradients,
            batch=batch,
        )
        columns = {
            "gamma": path.gamma,
            "cos_theta": path.cos[0],
            "gradient_norm": path.grad_norm[0],
            "gap": path.gap[0],
        }
        curve = pd.DataFrame(
            {name: value.double().cpu().numpy() for name, value in columns.items()}
        )
        curves.append(curve.assign(pair=row["pair"])[list(CURVES.frame.columns)])
        paths.append({"pair": row["pair"]} | _path_columns(path))
    return _joined(curves, CURVES), _joined([pd.DataFrame(paths)] if paths else [], PATHS)


def _path_columns(path: PathCompression) -> dict[str, Any]:
    change = float(path.gap[0, 0]) - float(path.gap[0, -1])
    error = float(path.quadrature_error[0])
    return {
        "gap_x1": float(path.gap[0, 0]),
        "gap_x2": float(path.gap[0, -1]),
        "integral": float(path.integral[0]),
        "quadrature_error": error,
        "relative_error": abs(error / change),
        "converged": bool(path.converged[0]),
        "n_gradients": int(path.n_gradients[0]),
        "gradient_norm": float(path.grad_norm[0, 0]),
        "cos_theta": float(path.cos[0, 0]),
        "mean_cos": float(path.mean_cos[0]),
        "mean_abs_cos": float(path.cos[0].abs().mean()),
        "predicted_length": float(path.predicted_length[0]),
        "flip_length": float(path.flip_length[0]),
    }


def _joined(frames: list[pd.DataFrame], schema: Any) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame(
            {
                name: pd.Series(dtype=column.dtype.type)
                for name, column in schema.frame.columns.items()
            }
        )
    return pd.concat(frames, ignore_index=True)[list(schema.frame.columns)]
