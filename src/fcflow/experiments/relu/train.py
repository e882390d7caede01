"""Stage 2: train a setting's ReLU networks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.experiments.hypercube.columns import MATRICES, PROBLEMS
from fcflow.experiments.hypercube.train import Run, train_until_valid, training_inputs
from fcflow.experiments.relu.columns import TRAINING, WEIGHTS
from fcflow.networks.relu import ReluNetwork, initial_relu_network
from fcflow.steps import step
from fcflow.training.relu import train_relu
from fcflow.training.schedule import Adam

# Networks that a GPU trains together; a CPU trains one at a time, which keeps its weights in the
# cache.
_RUNS_AT_ONCE = 32
Arrays = dict[str, NDArray[Any]]


@step(
    reads={"problems": PROBLEMS, "matrices": MATRICES},
    writes={"training": TRAINING, "weights": WEIGHTS},
    gpu=True,
)
def train_networks(
    problems: pd.DataFrame,
    matrices: Arrays,
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
) -> tuple[pd.DataFrame, Arrays]:
    """Train the runs in order until ``valid_runs`` of them are valid, or all are used up.

    Returns
    -------
    rows : DataFrame
        One row for each run that was trained, valid or not, as
        :data:`~fcflow.experiments.relu.columns.TRAINING`.
    weights : dict
        ``W0, b0, W1, …`` stacked over the runs in the same order.

    Raises
    ------
    FcflowError
        If a network's weights are no longer finite.
    """
    options: dict[str, Any] = {"batch_size": batch_size}
    options["adam"] = Adam(learning_rate, betas[0], betas[1], epsilon)

    def start(problem: Any) -> ReluNetwork:
        return initial_relu_network(problem.d, hidden, depth, problem.seed)

    def train(runs: Sequence[Run]) -> list[tuple[ReluNetwork, int]]:
        inputs = training_inputs(runs, start)
        if device == "cpu":
            trained = [train_relu(*run, **options) for run in zip(*inputs, strict=True)]
        else:
            # Loads PyTorch, which a CPU does without.
            from fcflow.training.relu_batched import train_relu_batched

            trained = train_relu_batched(*inputs, **options, device=device)
        return [(network, epochs) for network in trained]

    rows, networks = train_until_valid(
        *(problems, matrices["A"], train),
        epochs=epochs,
        valid_runs=valid_runs,
        at_once=1 if device == "cpu" else _RUNS_AT_ONCE,
        hidden=hidden,
        batch_size=batch_size,
        depth=depth,
    )
    arrays = [network.arrays() for network in networks]
    weights = {name: np.stack([network[name] for network in arrays]) for name in arrays[0]}
    return TRAINING.table(rows), weights
