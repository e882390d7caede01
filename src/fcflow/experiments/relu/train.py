"""Stage 2: train a setting's ReLU networks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.experiments.hypercube.train import Run, train_until_valid
from fcflow.networks.relu import ReluNetwork, initial_relu_network
from fcflow.training.relu import train_relu
from fcflow.training.schedule import Adam

# Networks that a GPU trains together; a CPU trains one at a time, which keeps its weights in the
# cache.
_RUNS_AT_ONCE = 32


def train_networks(
    problems: pd.DataFrame,
    A: NDArray[np.float64],
    *,
    hidden: int,
    depth: int,
    batch_size: int,
    epochs: int,
    learning_rate: float,
    betas: Sequence[float],
    epsilon: float,
    valid_runs: int | None,
    device: str = "cpu",
) -> tuple[pd.DataFrame, dict[str, NDArray[Any]]]:
    """Train the runs in order until ``valid_runs`` classify all their points correctly, or all runs are used up.

    Returns
    -------
    rows : DataFrame
        One row for each run that was trained, valid or not, as
        :data:`~fcflow.experiments.relu.schemas.TRAINING`.
    weights : dict
        ``W0, b0, W1, …`` stacked over the runs in the same order.

    Raises
    ------
    FcflowError
        If a network's weights are no longer finite.
    """
    adam = Adam(learning_rate, betas[0], betas[1], epsilon)

    def train(runs: Sequence[Run]) -> list[tuple[ReluNetwork, int]]:
        starts = [
            initial_relu_network(run.problem.d, hidden, depth, run.problem.seed) for run in runs
        ]
        x, signs = [run.points.x for run in runs], [run.points.sign for run in runs]
        orders = [run.order for run in runs]
        if device == "cpu":
            each = zip(starts, x, signs, orders, strict=True)
            done = [train_relu(*one, batch_size=batch_size, adam=adam) for one in each]
        else:
            from fcflow.training.relu_batched import (
                train_relu_batched,
            )  # loads PyTorch, which a CPU does without

            done = train_relu_batched(
                starts, x, signs, orders, batch_size=batch_size, adam=adam, device=device
            )
        return [(network, epochs) for network in done]

    rows, networks = train_until_valid(
        problems,
        A,
        train,
        epochs=epochs,
        valid_runs=valid_runs,
        at_once=1 if device == "cpu" else _RUNS_AT_ONCE,
        hidden=hidden,
        batch_size=batch_size,
        depth=depth,
    )
    arrays = [network.arrays() for network in networks]
    return rows, {name: np.stack([each[name] for each in arrays]) for name in arrays[0]}
