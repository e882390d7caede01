"""Stage 4: how little it takes to fool each network, found from above and certified from below (Table 4)."""

from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from fcflow.compression.feature import feature_compression
from fcflow.experiments.hypercube.points import points_of_run
from fcflow.experiments.relu.schemas import KEY, POINTS
from fcflow.gradients.gap import gap_gradient
from fcflow.minimal.certified import certified_radius
from fcflow.minimal.perturbation import minimal_perturbation
from fcflow.networks.relu import ReluNetwork
from fcflow.networks.relu_module import relu_module
from fcflow.seeds import Stream, generator


def attack_networks(
    problems: pd.DataFrame,
    A: NDArray[np.float64],
    training: pd.DataFrame,
    weights: dict[str, NDArray[Any]],
    *,
    attacked_points: int,
) -> pd.DataFrame:
    """Seek the least perturbation of random, correctly classified points of every valid run, in float64.

    Returns
    -------
    DataFrame
        One row a point, as :data:`~fcflow.experiments.relu.schemas.POINTS`: the norm found and, for
        networks with one hidden layer, the certified bound below it. A point whose search failed
        has ``success`` false and no norm.
    """
    points = []
    keys: list[dict[str, Any]] = [
        dict(zip(KEY, row, strict=True)) for row in training[KEY].itertuples(index=False)
    ]
    for index in tqdm(np.flatnonzero(training["valid"]), desc="networks", mininterval=1.0):
        key = keys[index]
        network = ReluNetwork.from_arrays({name: array[index] for name, array in weights.items()})
        matrix = A[key["run"]]
        data = points_of_run(problems.iloc[key["run"]], matrix)
        wanted = min(attacked_points, len(data.x))
        chosen = np.sort(
            generator(key["seed"], Stream.ATTACKED_POINTS).choice(
                len(data.x), wanted, replace=False
            )
        )
        rows = _attack(network, data.x[chosen], data.sign[chosen], matrix[:, -1])
        rows.insert(0, "point", chosen)
        points.append(rows.assign(**key)[[*KEY, *rows.columns]])
    if not points:
        return pd.DataFrame(
            {
                name: pd.Series(dtype=column.dtype.type)
                for name, column in POINTS.frame.columns.items()
            }
        )
    return pd.concat(points, ignore_index=True)


def _attack(
    network: ReluNetwork, x: NDArray[np.float64], sign: NDArray[np.int8], a: NDArray[np.float64]
) -> pd.DataFrame:
    model, points = relu_module(network, torch.float64), torch.from_numpy(x)
    source = torch.from_numpy((sign < 0).astype(np.int64))
    target = 1 - source
    direction = torch.from_numpy(a).expand_as(points)
    found = minimal_perturbation(model, points, source, target)
    norm = np.where(found.success.numpy(), found.norm.numpy(), np.nan)
    certified = _certified(network, x, sign, norm)
    logits, gradient = gap_gradient(model, points, torch.stack([source, target], dim=1))
    gap, steepness = logits[:, 0] - logits[:, 1], gradient.norm(dim=1)
    feature_norm = float(np.linalg.norm(a))
    return pd.DataFrame(
        {
            "label": source.numpy(),
            "gap": gap.numpy(),
            "feature_norm": feature_norm,
            "cos_theta": feature_compression(model, points, direction, source, target).numpy(),
            # Where every hidden unit is off the gap is flat, and no step along the gradient flips
            # it.
            "flip_length": torch.where(steepness > 0, gap / steepness, torch.nan).numpy(),
            "minimal_norm": norm,
            "minimal_ratio": norm / feature_norm,
            "success": found.success.numpy(),
            "n_forward": found.n_forward.numpy(),
            "n_backward": found.n_backward.numpy(),
            "certified_norm": certified,
            "certified_ratio": certified / feature_norm,
            "bracket": certified / norm,
        }
    )


def _certified(
    network: ReluNetwork, x: NDArray[np.float64], sign: NDArray[np.int8], found: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the certified bounds, NaN where there are several hidden layers or nothing was found to cap the search."""
    bounds = np.full(len(x), np.nan)
    if network.depth > 1:
        return bounds
    H1, H2 = (weight.astype(np.float64) for weight in network.weights)
    delta1, delta2 = (bias.astype(np.float64) for bias in network.biases)
    for label in (1, -1):
        chosen = np.flatnonzero((sign == label) & np.isfinite(found))
        if chosen.size:
            s, c = label * (H2[0] - H2[1]), label * float(delta2[0] - delta2[1])
            bounds[chosen] = certified_radius(
                H1, delta1, s, c, x[chosen], upper=found[chosen]
            ).radius
    return bounds
