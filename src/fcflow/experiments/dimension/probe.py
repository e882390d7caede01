"""Stage 2: where networks look, and how little it takes to fool them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from fcflow.certified.hidden_layer import certified_radius
from fcflow.compression.direction import direction_cosine
from fcflow.compression.feature import feature_compression
from fcflow.data.fresh_corners import corner_key, fresh_corners
from fcflow.data.hypercube import draw_matrix
from fcflow.experiments.dimension.columns import NETWORKS, POINTS, RUNS, TRAINING
from fcflow.minimal.affine import minimal_perturbation_affine
from fcflow.minimal.perturbation import minimal_perturbation
from fcflow.networks.relu import ReluNetwork
from fcflow.networks.relu_module import relu_module
from fcflow.seeds import Stream
from fcflow.steps import step
from fcflow.theory.closest_vector import closest_points

Floats = NDArray[np.float64]
_KEY = [
    *("study", "activation", "depth", "hidden", "d", "column_scale", "batch_size", "run", "seed"),
    "feature_norm",
]


@step(reads={"training": TRAINING, "networks": NETWORKS}, writes={"runs": RUNS, "points": POINTS})
def probe_networks(
    training: pd.DataFrame,
    networks: Mapping[str, NDArray[Any]],
    *,
    probed_points: int,
    attacked_points: int,
    optimal_max_nodes: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take |cos θ1| of all networks at fresh points, and least perturbations of those trained.

    Least perturbations are set beside the optimal classifier's at the same points: half the
    distance to the nearest point of the other class, by an exact search.

    Parameters
    ----------
    training : DataFrame
        As :data:`~fcflow.experiments.dimension.columns.TRAINING`.
    networks : dict
        Stacked in the order of ``training``.
    probed_points, attacked_points, optimal_max_nodes
        As in the configuration.

    Returns
    -------
    runs : DataFrame
        One row a run, as :data:`~fcflow.experiments.dimension.columns.RUNS`.
    points : DataFrame
        One row an attacked point, as :data:`~fcflow.experiments.dimension.columns.POINTS`.
    """
    rows, points = [], []
    records: list[Any] = training.to_dict("records")
    for index, run in enumerate(tqdm(records, desc="runs", unit="run", mininterval=1.0)):
        arrays = {name: array[index] for name, array in networks.items()}
        network = _Linear(arrays) if run["activation"] == "identity" else _Relu(arrays)
        A = draw_matrix(int(run["d"]), float(run["column_scale"]), int(run["seed"]))
        z = fresh_corners(corner_key(run["seed"], Stream.PROBED_POINTS), 0, probed_points, len(A))
        attacked = _attacked(network, A, run, attacked_points, optimal_max_nodes)
        rows.append(run | {"abs_cos_theta": _mean(network.cosines(z @ A.T, A[:, -1]))})
        rows[-1] |= _summary(attacked)
        points.append(attacked)
    return RUNS.table(rows), POINTS.table(pd.concat(points, ignore_index=True))


class _Linear:
    """A linear network, whose least perturbations have a closed form."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._w = arrays["W"][0] - arrays["W"][1]
        self._bias = float(arrays["b"][0] - arrays["b"][1])

    def cosines(self, x: Floats, a: Floats) -> Floats:
        """Return |cos θ1| at points x [n, d]."""
        return np.full(len(x), abs(float(direction_cosine(self._w, a))))

    def least(self, x: Floats, sign: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the gaps of the points' own classes, norms found, and certified ones."""
        attack = minimal_perturbation_affine(self._w, self._bias, x, sign)
        norm = np.where(attack.correct, attack.norm, np.nan)
        return attack.gap, norm, norm


class _Relu:
    """A ReLU network, whose least perturbations are searched for."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._network = ReluNetwork.from_arrays(arrays)
        self._model = relu_module(self._network, torch.float64)

    def cosines(self, x: Floats, a: Floats) -> Floats:
        """Return |cos θ1| at points x [n, d], NaN where the gap is flat."""
        points = torch.from_numpy(np.ascontiguousarray(x))
        direction = torch.from_numpy(a).expand_as(points)
        cosines: Floats = feature_compression(self._model, points, direction, 0, 1).abs().numpy()
        return cosines

    def least(self, x: Floats, sign: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the gaps of the points' own classes, norms found, and certified ones."""
        gap = sign * self._network.gap(x)
        source = torch.from_numpy((sign < 0).astype(np.int64))
        points = torch.from_numpy(np.ascontiguousarray(x))
        attack = minimal_perturbation(self._model, points, source, 1 - source, criterion="pair")
        known = attack.success.numpy() & (gap > 0)
        norm = np.where(known, attack.norm.numpy(), np.nan)
        return gap, norm, self._certified(x, sign, norm)

    def _certified(self, x: Floats, sign: Floats, norm: Floats) -> Floats:
        """Return certified bounds below the norms, NaN where there are several hidden layers."""
        bounds = np.full(len(x), np.nan)
        if self._network.depth > 1:
            return bounds
        H1, H2 = (weight.astype(np.float64) for weight in self._network.weights)
        delta1, delta2 = (bias.astype(np.float64) for bias in self._network.biases)
        for label in (1.0, -1.0):
            rows = np.flatnonzero((sign == label) & np.isfinite(norm))
            if rows.size:
                s, c = label * (H2[0] - H2[1]), label * float(delta2[0] - delta2[1])
                radii = certified_radius(H1, delta1, s, c, x[rows], upper=norm[rows])
                bounds[rows] = radii.radius
        return bounds


def _attacked(
    network: _Linear | _Relu, A: Floats, run: Mapping[Any, Any], points: int, max_nodes: int
) -> pd.DataFrame:
    """Return a row for each attacked point of a trained network; none of others."""
    key = {name: run[name] for name in _KEY}
    if not run["trained"] or points == 0:
        return POINTS.table([])
    z = fresh_corners(corner_key(run["seed"], Stream.ATTACKED_POINTS), 0, points, len(A))
    x, sign = z @ A.T, z[:, -1]
    gap, norm, certified = network.least(x, sign)
    optimal = closest_points(A, z, max_nodes=max_nodes)
    proved = np.where(optimal.proved, optimal.half_distance, np.nan)
    return pd.DataFrame(
        key
        | {
            "point": np.arange(points),
            "label": (sign < 0).astype(np.int64),
            "gap": gap,
            "abs_cos_theta": network.cosines(x, A[:, -1]),
            "minimal_norm": norm,
            "minimal_ratio": norm / run["feature_norm"],
            "success": np.isfinite(norm),
            "certified_norm": certified,
            "optimal_norm": optimal.half_distance,
            "optimal_ratio": optimal.half_distance / run["feature_norm"],
            "optimal_proved": optimal.proved,
            "found_share": norm / proved,
            "certified_share": certified / proved,
        }
    )


def _summary(points: pd.DataFrame) -> dict[str, Any]:
    proved = points["optimal_proved"].astype(bool)
    averages = ("minimal_ratio", "found_share", "certified_share")
    return {
        "n_attacked": len(points),
        "n_found": int(points["success"].sum()),
        "n_optimal_proved": int(proved.sum()),
        "optimal_ratio": _mean(points.loc[proved, "optimal_ratio"].to_numpy()),
        **{name: _mean(points[name].to_numpy()) for name in averages},
    }


def _mean(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")
