"""Stage 2: train a setting's networks, run after run until enough of them are valid."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from fcflow.data.hypercube import HypercubePoints
from fcflow.errors import FcflowError
from fcflow.experiments.linear.points import points_of_run
from fcflow.networks.affine import AffineNetwork, initial_affine_network
from fcflow.training.affine import TrainedAffine, train_affine
from fcflow.training.schedule import Adam, shuffled_order

# Networks that a GPU trains together; a CPU trains one at a time, which keeps its weights in the cache.
_RUNS_AT_ONCE = 64


def train_networks(
    problems: pd.DataFrame,
    A: NDArray[np.float64],
    *,
    hidden: int,
    batch_size: int,
    epochs: int,
    learning_rate: float,
    betas: Sequence[float],
    epsilon: float,
    stop_when_perfect: bool,
    valid_runs: int | None,
    keep_weights: bool,
    device: str = "cpu",
) -> tuple[pd.DataFrame, dict[str, NDArray[Any]], dict[str, NDArray[Any]]]:
    """Train the runs in order until ``valid_runs`` classify all their points correctly, or all runs are used up.

    Returns
    -------
    rows : DataFrame
        One row for each run that was trained, valid or not, as :data:`~fcflow.experiments.linear.schemas.TRAINING`.
    maps : dict
        ``W`` float64 [r, 2, d] and ``b`` float64 [r, 2]: what each network computes.
    weights : dict
        ``H1, delta1, H2, delta2`` stacked over the runs; without runs where ``keep_weights`` is false.

    Raises
    ------
    FcflowError
        If a network's weights are no longer finite.
    """
    adam = Adam(learning_rate, betas[0], betas[1], epsilon)
    options = {"batch_size": batch_size, "adam": adam, "stop_when_perfect": stop_when_perfect}
    rows: list[dict[str, Any]] = []
    networks: list[AffineNetwork] = []
    todo = zip(problems.itertuples(index=False), A, strict=True)
    with tqdm(total=len(problems), desc="runs", unit="run", mininterval=1.0) as progress:
        for problem, points, trained in _trained(todo, hidden, epochs, options, device):
            rows.append(_row(problem, points, trained, hidden, batch_size))
            networks.append(trained.network)
            progress.update()
            if valid_runs is not None and sum(row["valid"] for row in rows) == valid_runs:
                break
    maps = [network.affine_map() for network in networks]
    kept = [network.arrays() for network in networks] if keep_weights else []
    empty = {name: array[None][:0] for name, array in networks[0].arrays().items()}
    return (
        pd.DataFrame(rows),
        {"W": np.stack([W for W, _ in maps]), "b": np.stack([b for _, b in maps])},
        {name: np.stack([arrays[name] for arrays in kept]) for name in empty} if kept else empty,
    )


def _trained(
    todo: Iterator[tuple[Any, NDArray[np.float64]]], hidden: int, epochs: int, options: dict[str, Any], device: str
) -> Iterator[tuple[Any, HypercubePoints, TrainedAffine]]:
    """Yield each run's row, points and trained network, in order."""
    while chunk := list(islice(todo, 1 if device == "cpu" else _RUNS_AT_ONCE)):
        points = [points_of_run(problem, matrix) for problem, matrix in chunk]
        starts = [initial_affine_network(problem.d, hidden, problem.seed) for problem, _ in chunk]
        orders = [shuffled_order(problem.n_points, epochs, problem.seed) for problem, _ in chunk]
        if device == "cpu":
            done = [train_affine(starts[0], points[0].x, points[0].sign, orders[0], **options)]
        else:
            from fcflow.training.affine_batched import train_affine_batched  # loads PyTorch, which a CPU does without

            x, signs = [p.x for p in points], [p.sign for p in points]
            done = train_affine_batched(starts, x, signs, orders, **options, device=device)
        yield from zip([problem for problem, _ in chunk], points, done, strict=True)


def _row(problem: Any, points: HypercubePoints, trained: TrainedAffine, hidden: int, batch_size: int) -> dict[str, Any]:
    W, b = trained.network.affine_map()
    gap = points.sign * (points.x @ (W[0] - W[1]) + b[0] - b[1])
    if not np.isfinite(gap).all():
        raise FcflowError(f"run {problem.run} (seed {problem.seed}) diverged; lower linear.learning_rate")
    accuracy = float(np.mean(gap > 0))
    return {
        "study": problem.study,
        "d": problem.d,
        "column_scale": problem.column_scale,
        "run": problem.run,
        "seed": problem.seed,
        "hidden": hidden,
        "batch_size": batch_size,
        "epochs": trained.epochs,
        "train_loss": float(np.logaddexp(0.0, -gap).mean()),
        "train_accuracy": accuracy,
        "valid": accuracy == 1.0,
    }
