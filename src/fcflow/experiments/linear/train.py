"""Stage 2: train a setting's linear networks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.experiments.hypercube.columns import MATRICES, PROBLEMS
from fcflow.experiments.hypercube.train import Run, train_until_valid, training_inputs
from fcflow.experiments.linear.columns import MAPS, TRAINING, WEIGHTS
from fcflow.networks.affine import AffineNetwork, initial_affine_network
from fcflow.steps import step
from fcflow.training.affine import train_affine
from fcflow.training.schedule import Adam

# Networks that a GPU trains together; a CPU trains one at a time, which keeps its weights in the
# cache.
_RUNS_AT_ONCE = 64
Arrays = dict[str, NDArray[Any]]


@step(
    reads={"problems": PROBLEMS, "matrices": MATRICES},
    writes={"training": TRAINING, "maps": MAPS, "weights": WEIGHTS},
    gpu=True,
)
def train_networks(
    problems: pd.DataFrame,
    matrices: Arrays,
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
) -> tuple[pd.DataFrame, Arrays, Arrays]:
    """Train the runs in order until ``valid_runs`` of them are valid, or all are used up.

    Returns
    -------
    rows : DataFrame
        One row for each run that was trained, valid or not, as
        :data:`~fcflow.experiments.linear.columns.TRAINING`.
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
    options: dict[str, Any] = {"batch_size": batch_size, "adam": adam}
    options["stop_when_perfect"] = stop_when_perfect

    def start(problem: Any) -> AffineNetwork:
        return initial_affine_network(problem.d, hidden, problem.seed)

    def train(runs: Sequence[Run]) -> list[tuple[AffineNetwork, int]]:
        inputs = training_inputs(runs, start)
        if device == "cpu":
            trained = [train_affine(*run, **options) for run in zip(*inputs, strict=True)]
        else:
            # Loads PyTorch, which a CPU does without.
            from fcflow.training.affine_batched import train_affine_batched

            trained = train_affine_batched(*inputs, **options, device=device)
        return [(run.network, run.epochs) for run in trained]

    rows, networks = train_until_valid(
        *(problems, matrices["A"], train),
        epochs=epochs,
        valid_runs=valid_runs,
        at_once=1 if device == "cpu" else _RUNS_AT_ONCE,
        hidden=hidden,
        batch_size=batch_size,
    )
    W, b = zip(*(network.affine_map() for network in networks), strict=True)
    weights = _weights(networks, kept=len(networks) if keep_weights else 0)
    return TRAINING.table(rows), {"W": np.stack(W), "b": np.stack(b)}, weights


def _weights(networks: list[AffineNetwork], kept: int) -> Arrays:
    """Return the weights of the first ``kept`` networks, stacked."""
    stacked = {}
    for name in WEIGHTS.names:
        arrays = [network.arrays()[name] for network in networks[: max(kept, 1)]]
        stacked[name] = np.stack(arrays)[:kept]
    return stacked
