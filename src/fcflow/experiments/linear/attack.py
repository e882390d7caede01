"""Stage 4: how little it takes to fool each network, and how much for the optimal classifier."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from fcflow.data.hypercube import HypercubePoints
from fcflow.experiments.hypercube.columns import MATRICES, PROBLEMS
from fcflow.experiments.hypercube.points import points_of_run
from fcflow.experiments.hypercube.runs import trained_runs
from fcflow.experiments.linear.columns import ATTACKS, MAPS, POINTS, TRAINING
from fcflow.minimal.affine import AffinePerturbation, minimal_perturbation_affine
from fcflow.seeds import Stream, generator
from fcflow.steps import step
from fcflow.theory.closest_vector import closest_points

Arrays = Mapping[str, NDArray[np.float64]]
# The optimal classifier's ratio is 1 where the closest point differs in the label alone: what is
# below it by rounding is not counted as below.
_BELOW_FEATURE = 1.0 - 1e-9


@step(
    reads={"problems": [PROBLEMS], "matrices": [MATRICES], "training": [TRAINING], "maps": [MAPS]},
    writes={"attacks": ATTACKS, "points": POINTS},
)
def attack_networks(
    problems: Sequence[pd.DataFrame],
    matrices: Sequence[Arrays],
    training: Sequence[pd.DataFrame],
    maps: Sequence[Arrays],
    *,
    optimal_points: int,
    optimal_max_nodes: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compute least perturbations of every trained run, at all of its points, relative to ‖a‖.

    Parameters
    ----------
    problems, matrices
        The runs and matrices of each setting.
    training, maps
        The trained runs, and ``W`` [r, 2, d] and ``b`` [r, 2] in the same order.
    optimal_points : int
        At how many of a run's points the optimal classifier's robustness is computed too; these
        points are drawn at random, and each is a row of the second table.
    optimal_max_nodes : int
        Where the exact search for it is given up; such points are counted and left out of the
        averages.

    Returns
    -------
    runs : DataFrame
        One row a run, as :data:`~fcflow.experiments.linear.columns.ATTACKS`. Averages over the
        network's least perturbation are over the points that it classifies correctly.
    points : DataFrame
        One row a drawn point, as :data:`~fcflow.experiments.linear.columns.POINTS`.
    """
    runs, points = [], []
    trained = trained_runs(matrices, training, maps, problems)
    for run in tqdm(trained, desc="runs", unit="run", mininterval=1.0):
        data = points_of_run(run.problem, run.A)
        w = run.arrays["W"][0] - run.arrays["W"][1]
        bias = float(run.arrays["b"][0] - run.arrays["b"][1])

        attack = minimal_perturbation_affine(w, bias, data.x, data.sign)
        flipped = data.sign * (attack.perturbed(data.x, data.sign) @ w + bias) <= 0

        drawn = _drawn_points(len(data.x), optimal_points, run.key["seed"])
        rows = _point_rows(attack, flipped, data, drawn, run.A, optimal_max_nodes)
        points.append(rows.assign(**run.key))
        runs.append(run.key | _summary(attack, rows, run.problem.feature_norm))
    return ATTACKS.table(runs), POINTS.table(pd.concat(points, ignore_index=True))


def _drawn_points(n: int, wanted: int, seed: int) -> NDArray[np.int64]:
    if wanted >= n:
        return np.arange(n)
    return np.sort(generator(seed, Stream.PROBED_POINTS).choice(n, wanted, replace=False))


def _point_rows(
    attack: AffinePerturbation,
    flipped: NDArray[np.bool_],
    data: HypercubePoints,
    drawn: NDArray[np.int64],
    A: NDArray[np.float64],
    max_nodes: int,
) -> pd.DataFrame:
    optimal = closest_points(A, data.z[drawn], max_nodes=max_nodes)
    feature_norm = np.linalg.norm(A[:, -1])
    norm, correct = attack.norm[drawn], attack.correct[drawn]
    compared = correct & optimal.proved
    return pd.DataFrame(
        {
            "point": drawn,
            "label": (data.sign[drawn] < 0).astype(np.int64),
            "correct": correct,
            "gap": attack.gap[drawn],
            "minimal_norm": norm,
            "minimal_ratio": norm / feature_norm,
            "success": flipped[drawn],
            # In closed form: one look at the gap and one at its gradient.
            "n_forward": 1,
            "n_backward": 1,
            "optimal_norm": optimal.half_distance,
            "optimal_ratio": optimal.half_distance / feature_norm,
            "optimal_proved": optimal.proved,
            "optimal_nodes": optimal.nodes,
            "robustness_ratio": np.where(compared, norm / optimal.half_distance, np.nan),
        }
    )


def _summary(attack: AffinePerturbation, rows: pd.DataFrame, feature_norm: float) -> dict[str, Any]:
    ratio = attack.norm[attack.correct] / feature_norm
    proved = rows[rows["optimal_proved"]]
    optimal = proved["optimal_ratio"].to_numpy()
    robustness = proved["robustness_ratio"].dropna().to_numpy()
    return {
        "n_correct": ratio.size,
        "minimal_ratio_mean": _over(np.mean, ratio),
        "minimal_ratio_min": _over(np.min, ratio),
        "minimal_ratio_median": _over(np.median, ratio),
        "minimal_ratio_max": _over(np.max, ratio),
        "n_optimal": len(rows),
        "n_optimal_proved": len(proved),
        "n_optimal_below_feature": int((optimal < _BELOW_FEATURE).sum()),
        "optimal_ratio_mean": _over(np.mean, optimal),
        "optimal_ratio_min": _over(np.min, optimal),
        "robustness_ratio_mean": _over(np.mean, robustness),
    }


def _over(statistic: Any, values: NDArray[np.float64]) -> float:
    return float(statistic(values)) if values.size else float("nan")
