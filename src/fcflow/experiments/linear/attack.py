"""Stage 4: how little it takes to fool each network, and how much it would take to fool the optimal classifier."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from fcflow.data.hypercube import HypercubePoints
from fcflow.experiments.hypercube.points import points_of_run
from fcflow.experiments.linear.schemas import KEY
from fcflow.minimal.affine import AffinePerturbation, minimal_perturbation_affine
from fcflow.seeds import Stream, generator
from fcflow.theory.closest_vector import closest_points


def attack_networks(
    problems: pd.DataFrame,
    A: NDArray[np.float64],
    training: pd.DataFrame,
    maps: dict[str, NDArray[np.float64]],
    *,
    optimal_points: int,
    optimal_max_nodes: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compute least perturbations of every trained run, at all of its points, relative to ‖a‖.

    Parameters
    ----------
    problems, A
        The setting's runs and matrices.
    training, maps
        The trained runs, and ``W`` [r, 2, d] and ``b`` [r, 2] in the same order.
    optimal_points : int
        At how many of a run's points the optimal classifier's robustness is computed too; these
        points are chosen at random, and each is a row of the second table.
    optimal_max_nodes : int
        Where the exact search for it is given up; such points are counted and left out of the
        averages.

    Returns
    -------
    runs : DataFrame
        One row a run, as :data:`~fcflow.experiments.linear.schemas.ATTACKS`. Averages over the
        network's least perturbation are over the points that it classifies correctly.
    points : DataFrame
        One row a chosen point, as :data:`~fcflow.experiments.linear.schemas.POINTS`.
    """
    runs, points = [], []
    keys: list[dict[str, Any]] = [
        dict(zip(KEY, row, strict=True)) for row in training[KEY].itertuples(index=False)
    ]
    for index, trained in enumerate(tqdm(keys, desc="runs", mininterval=1.0)):
        problem, matrix = problems.iloc[trained["run"]], A[trained["run"]]
        data = points_of_run(problem, matrix)
        w = maps["W"][index, 0] - maps["W"][index, 1]
        bias = float(maps["b"][index, 0] - maps["b"][index, 1])
        found = minimal_perturbation_affine(w, bias, data.x, data.sign)
        flipped = data.sign * (found.perturbed(data.x, data.sign) @ w + bias) <= 0
        chosen = _chosen_points(len(data.x), optimal_points, int(problem.seed))
        at_points = _point_rows(found, flipped, data, chosen, matrix, optimal_max_nodes)
        points.append(at_points.assign(**trained)[[*KEY, *at_points.columns]])
        runs.append(trained | _summary(found, at_points, problem.feature_norm))
    return pd.DataFrame(runs), pd.concat(points, ignore_index=True)


def _chosen_points(n: int, wanted: int, seed: int) -> NDArray[np.int64]:
    if wanted >= n:
        return np.arange(n)
    return np.sort(generator(seed, Stream.PROBED_POINTS).choice(n, wanted, replace=False))


def _point_rows(
    found: AffinePerturbation,
    flipped: NDArray[np.bool_],
    data: HypercubePoints,
    chosen: NDArray[np.int64],
    A: NDArray[np.float64],
    max_nodes: int,
) -> pd.DataFrame:
    optimal = closest_points(A, data.z[chosen], max_nodes=max_nodes)
    feature_norm = np.linalg.norm(A[:, -1])
    norm, correct = found.norm[chosen], found.correct[chosen]
    return pd.DataFrame(
        {
            "point": chosen,
            "label": (data.sign[chosen] < 0).astype(np.int64),
            "correct": correct,
            "gap": found.gap[chosen],
            "minimal_norm": norm,
            "minimal_ratio": norm / feature_norm,
            "success": flipped[chosen],
            "n_forward": np.ones(len(chosen), dtype=np.int64),
            "n_backward": np.ones(len(chosen), dtype=np.int64),
            "optimal_norm": optimal.half_distance,
            "optimal_ratio": optimal.half_distance / feature_norm,
            "optimal_proved": optimal.proved,
            "optimal_nodes": optimal.nodes,
            "robustness_ratio": np.where(
                correct & optimal.proved, norm / optimal.half_distance, np.nan
            ),
        }
    )


def _summary(
    found: AffinePerturbation, at_points: pd.DataFrame, feature_norm: float
) -> dict[str, Any]:
    ratio = found.norm[found.correct] / feature_norm
    proved = at_points[at_points["optimal_proved"]]
    optimal = proved["optimal_ratio"].to_numpy()
    robustness = proved["robustness_ratio"].dropna().to_numpy()
    return {
        "n_correct": ratio.size,
        "minimal_ratio_mean": _over(np.mean, ratio),
        "minimal_ratio_min": _over(np.min, ratio),
        "minimal_ratio_median": _over(np.median, ratio),
        "minimal_ratio_max": _over(np.max, ratio),
        "n_optimal": len(at_points),
        "n_optimal_proved": len(proved),
        "n_optimal_below_feature": int((optimal < 1.0 - 1e-9).sum()),
        "optimal_ratio_mean": _over(np.mean, optimal),
        "optimal_ratio_min": _over(np.min, optimal),
        "robustness_ratio_mean": _over(np.mean, robustness),
    }


def _over(statistic: Any, values: NDArray[np.float64]) -> float:
    return float(statistic(values)) if values.size else float("nan")
