"""Stage 2: train a setting's linear networks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.experiments.hypercube.train import Run, train_until_valid
from fcflow.networks.affine import AffineNetwork, initial_affine_network
from fcflow.training.affine import train_affine
from fcflow.training.schedule import Adam

# Networks that a GPU trains together; a CPU trains one at a time, which keeps its weights in the
# cache.
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
        One row for each run that was trained, valid or not, as
        :data:`~fcflow.experiments.linear.schemas.TRAINING`.
    maps : dict
        ``W`` float64 [r, 2, d] and ``b`` float64 [r, 2]: what each network computes.
    weights : dict
        ``H1, delta1, H2, delta2`` stacked over the runs; without runs where ``keep_weights`` is
        false.

    Raises
    ------
    FcflowError
        If a network's weights are no longer finite.
    """
    adam = Adam(learning_rate, betas[0], betas[1], epsilon)
    options: dict[str, Any] = {
        "batch_size": batch_size,
        "adam": adam,
        "stop_when_perfect": stop_when_perfect,
    }

    def train(runs: Sequence[Run]) -> list[tuple[AffineNetwork, int]]:
        starts = [initial_affine_network(run.problem.d, hidden, run.problem.seed) for run in runs]
        x, signs = [run.points.x for run in runs], [run.points.sign for run in runs]
        orders = [run.order for run in runs]
        if device == "cpu":
            done = [
                train_affine(*each, **options)
                for each in zip(starts, x, signs, orders, strict=True)
            ]
        else:
            from fcflow.training.affine_batched import (
                train_affine_batched,
            )  # loads PyTorch, which a CPU does without

            done = train_affine_batched(starts, x, signs, orders, **options, device=device)
        return [(each.network, each.epochs) for each in done]

    rows, networks = train_until_valid(
        problems,
        A,
        train,
        epochs=epochs,
        valid_runs=valid_runs,
        at_once=1 if device == "cpu" else _RUNS_AT_ONCE,
        hidden=hidden,
        batch_size=batch_size,
    )
    maps = [network.affine_map() for network in networks]
    kept = networks if keep_weights else networks[:0]
    weights = {
        name: np.stack([network.arrays()[name] for network in kept]) if kept else array[None][:0]
        for name, array in networks[0].arrays().items()
    }
    return rows, {"W": np.stack([W for W, _ in maps]), "b": np.stack([b for _, b in maps])}, weights
