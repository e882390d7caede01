"""Stage 4: how little it takes to fool each network, found and certified (Table 4)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from fcflow.certified.hidden_layer import certified_radius
from fcflow.compression.factors import factors
from fcflow.compression.feature import feature_compression
from fcflow.compression.path import path_compression
from fcflow.experiments.hypercube.columns import MATRICES, PROBLEMS
from fcflow.experiments.hypercube.points import points_of_run
from fcflow.experiments.hypercube.runs import TrainedRun, trained_runs
from fcflow.experiments.relu.columns import POINTS, TRAINING, WEIGHTS
from fcflow.gradients.gap import gap_gradient
from fcflow.minimal.perturbation import minimal_perturbation
from fcflow.networks.relu import ReluNetwork
from fcflow.networks.relu_module import relu_module
from fcflow.seeds import Stream, generator
from fcflow.steps import step

_GAMMAS = 11  # places on the path to the other corner, over which the gradient's length is averaged

Arrays = Mapping[str, NDArray[Any]]


@step(
    reads={
        "problems": [PROBLEMS],
        "matrices": [MATRICES],
        "training": [TRAINING],
        "weights": [WEIGHTS],
    },
    writes={"points": POINTS},
)
def attack_networks(
    problems: Sequence[pd.DataFrame],
    matrices: Sequence[Arrays],
    training: Sequence[pd.DataFrame],
    weights: Sequence[Arrays],
    *,
    attacked_points: int,
) -> pd.DataFrame:
    """Seek least perturbations of random, correctly classified points of valid runs, in float64.

    Returns
    -------
    DataFrame
        One row a point, as :data:`~fcflow.experiments.relu.columns.POINTS`: the norm found and, for
        networks with one hidden layer, the certified bound below it. A point whose search failed
        has ``success`` false and no norm.
    """
    valid = [run for run in trained_runs(matrices, training, weights, problems) if run.valid]
    points = [
        _attack(run, attacked_points).assign(**run.key)
        for run in tqdm(valid, desc="networks", mininterval=1.0)
    ]
    return POINTS.table(pd.concat(points, ignore_index=True) if points else [])


def _attack(run: TrainedRun, attacked_points: int) -> pd.DataFrame:
    network = ReluNetwork.from_arrays(run.arrays)
    data = points_of_run(run.problem, run.A)
    draw = generator(run.key["seed"], Stream.ATTACKED_POINTS)
    n = len(data.x)
    drawn = np.sort(draw.choice(n, min(attacked_points, n), replace=False))
    x, sign = data.x[drawn], data.sign[drawn]

    model, points = relu_module(network, torch.float64), torch.from_numpy(x)
    source = torch.from_numpy((sign < 0).astype(np.int64))
    target = 1 - source
    attack = minimal_perturbation(model, points, source, target, criterion="pair")
    norm = np.where(attack.success.numpy(), attack.norm.numpy(), np.nan)
    certified = _certified(network, x, sign, norm)

    a = run.A[:, -1]
    feature_norm = float(np.linalg.norm(a))
    direction = torch.from_numpy(a).expand_as(points)
    other = points - 2 * torch.from_numpy(sign.astype(np.float64))[:, None] * torch.from_numpy(a)
    path = path_compression(model, points, other, source, target, points=_GAMMAS)
    why = factors(path, points, other, torch.from_numpy(norm))
    logits, gradient = gap_gradient(model, points, torch.stack([source, target], dim=1))
    gap, steepness = logits[:, 0] - logits[:, 1], gradient.norm(dim=1)
    return pd.DataFrame(
        {
            "point": drawn,
            "label": source.numpy(),
            "gap": gap.numpy(),
            "feature_norm": feature_norm,
            "cos_theta": feature_compression(model, points, direction, source, target).numpy(),
            # Where every hidden unit is off the gap is flat, and no step along the gradient flips
            # it.
            "flip_length": torch.where(steepness > 0, gap / steepness, torch.nan).numpy(),
            "minimal_norm": norm,
            "minimal_ratio": norm / feature_norm,
            "success": attack.success.numpy(),
            "n_forward": attack.n_forward.numpy(),
            "n_backward": attack.n_backward.numpy(),
            "certified_norm": certified,
            "certified_ratio": certified / feature_norm,
            "bracket": certified / norm,
            "weighted_cosine": why.weighted_cosine.numpy(),
            "evenness": why.evenness.numpy(),
            "boundary_place": why.boundary_place.numpy(),
            "curvature": why.curvature.numpy(),
        }
    )


def _certified(
    network: ReluNetwork, x: NDArray[np.float64], sign: NDArray[np.int8], norm: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the certified bounds below ``norm``, the lengths found, which cap the search.

    NaN where there are several hidden layers, or nothing was found.
    """
    bounds = np.full(len(x), np.nan)
    if network.depth > 1:
        return bounds

    H1, H2 = (weight.astype(np.float64) for weight in network.weights)
    delta1, delta2 = (bias.astype(np.float64) for bias in network.biases)
    for label in (1, -1):
        rows = np.flatnonzero((sign == label) & np.isfinite(norm))
        if rows.size:
            s, c = label * (H2[0] - H2[1]), label * float(delta2[0] - delta2[1])
            radii = certified_radius(H1, delta1, s, c, x[rows], upper=norm[rows])
            bounds[rows] = radii.radius
    return bounds
