"""Stage 1: train networks on fresh points until they make no error on held-out ones."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from fcflow.data.hypercube import draw_matrix
from fcflow.errors import FcflowError
from fcflow.experiments.dimension.columns import NETWORKS, TRAINING
from fcflow.networks.affine import AffineNetwork, initial_affine_network
from fcflow.networks.relu import initial_relu_network
from fcflow.seeds import run_seed
from fcflow.stats import accuracy_bound
from fcflow.steps import step
from fcflow.theory.compression_ratio import compression_ratio
from fcflow.theory.margin import margin_cosine
from fcflow.training.affine_fresh import AffineFreshTraining
from fcflow.training.fresh_schedule import FreshTraining, Stopping, Trained, train_until_no_error
from fcflow.training.relu_fresh import ReluFreshTraining
from fcflow.training.schedule import Adam

Arrays = dict[str, NDArray[Any]]


@step(writes={"training": TRAINING, "networks": NETWORKS})
def train_networks(
    *,
    seed: int,
    study: str,
    d: int,
    activation: str,
    depth: int,
    hidden: int,
    column_scale: float,
    runs: int,
    batch_size: int,
    learning_rate: float,
    decay_steps: float,
    betas: Sequence[float],
    epsilon: float,
    tolerance: float,
    confidence: float,
    first_check: int,
    steps: int,
    beyond: float,
) -> tuple[pd.DataFrame, Arrays]:
    """Train a study's networks at one dimension, each with a matrix A of its own.

    Returns
    -------
    rows : DataFrame
        One row a run, trained or not, as :data:`~fcflow.experiments.dimension.columns.TRAINING`.
    networks : dict
        ``W`` float64 [r, 2, d] and ``b`` float64 [r, 2] of linear networks, ``W0, b0, W1, …`` of
        ReLU networks.

    Raises
    ------
    FcflowError
        If a network's weights are no longer finite.
    """
    stopping = Stopping(tolerance, confidence, first_check, steps, beyond)
    options: dict[str, Any] = {"batch_size": batch_size, "decay_steps": decay_steps}
    options["adam"] = Adam(learning_rate, betas[0], betas[1], epsilon)
    rows, networks = [], []
    for run in tqdm(range(runs), desc="runs", unit="run", mininterval=1.0):
        own = run_seed(seed, "dimension", study, d, run)
        A = draw_matrix(d, column_scale, own)
        training: FreshTraining
        if activation == "identity":
            start = initial_affine_network(d, hidden, own)
            training = AffineFreshTraining(start, A, own, **options)
        else:
            layers = initial_relu_network(d, hidden, depth, own)
            training = ReluFreshTraining(layers, A, own, **options)
        trained = train_until_no_error(training, A, own, stopping)
        arrays = _arrays(trained.network)
        if not all(np.isfinite(array).all() for array in arrays.values()):
            raise FcflowError(f"run {run} (seed {own}) diverged; lower learning_rate")
        networks.append(arrays)
        rows.append(
            {
                "study": study,
                "activation": activation,
                "depth": depth,
                "hidden": hidden,
                "d": d,
                "column_scale": column_scale,
                "batch_size": batch_size,
                "run": run,
                "seed": own,
                "feature_norm": float(np.linalg.norm(A[:, -1])),
                "phi": float(compression_ratio(A)),
                "margin_cosine": margin_cosine(A),
                "steps": trained.steps,
                "passed_after": trained.passed_after,
                "held_out": trained.held_out,
                "errors": trained.errors,
                "fresh_accuracy": 1.0 - trained.errors / trained.held_out,
                "accuracy_bound": _bound(trained, d, stopping.confidence_each),
                "trained": trained.trained,
            }
        )
    stacked = {name: np.stack([one[name] for one in networks]) for name in networks[0]}
    return TRAINING.table(rows), stacked


def _bound(trained: Trained, d: int, confidence: float) -> float:
    """Return the accuracy's lower bound, which is the accuracy where all corners are held out."""
    if trained.held_out == 2**d:
        return 1.0 - trained.errors / trained.held_out
    return accuracy_bound(trained.errors, trained.held_out, confidence=confidence)


def _arrays(network: Any) -> Arrays:
    """Return what is kept of a network: of a linear one, the map that it computes."""
    if isinstance(network, AffineNetwork):
        return dict(zip("Wb", network.affine_map(), strict=True))
    arrays: Arrays = network.arrays()
    return arrays
