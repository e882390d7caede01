"""Figure 1's example: a linear network trained on the four points of a hypercube in the plane."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.compression.direction import direction_cosine
from fcflow.data.hypercube import HypercubePoints, draw_matrix, hypercube_points
from fcflow.errors import FcflowError
from fcflow.experiments.theory.figure1.columns import ARRAYS, EXAMPLE, POINT
from fcflow.minimal.affine import minimal_perturbation_affine
from fcflow.networks.affine import AffineNetwork, initial_affine_network
from fcflow.seeds import run_seed
from fcflow.steps import step
from fcflow.theory.closest_vector import closest_points
from fcflow.theory.compression_ratio import compression_ratio
from fcflow.training.affine import train_affine
from fcflow.training.schedule import Adam, shuffled_order

# Where none of so many is compressed as far as is asked for, too much is asked for.
_MOST_MATRICES = 1000


@step(writes={"rows": EXAMPLE, "arrays": ARRAYS})
def train_example(
    *,
    seed: int,
    max_phi: float,
    column_scale: float,
    hidden: int,
    epochs: int,
    learning_rate: float,
) -> tuple[pd.DataFrame, dict[str, NDArray[np.float64]]]:
    """Train on the first matrix that compresses its feature enough, and measure at one point.

    Parameters
    ----------
    seed, max_phi, column_scale, hidden, epochs, learning_rate
        As in the configuration.

    Returns
    -------
    rows : DataFrame
        What was measured, as :data:`~fcflow.experiments.theory.figure1.columns.EXAMPLE`.
    arrays : dict
        As :data:`~fcflow.experiments.theory.figure1.columns.ARRAYS`.

    Raises
    ------
    FcflowError
        If no matrix is compressed so far, or the network does not learn the four points.
    """
    number, own, A = _compressed_matrix(seed, max_phi, column_scale)
    network, points = _trained(A, own, hidden, epochs, learning_rate)
    if not (points.sign * network.gap(points.x) > 0).all():
        raise FcflowError(
            f"theory.figure1: the network does not learn its four points in {epochs} epochs; raise"
            " epochs"
        )
    W, b = network.affine_map()
    w, bias = W[0] - W[1], float(b[0] - b[1])
    attack = minimal_perturbation_affine(w, bias, points.x[[POINT]], points.sign[[POINT]])
    optimal = closest_points(A, points.z[[POINT]])
    feature = A @ optimal.delta[0].astype(np.float64)
    values = {
        "matrix": float(number),
        "phi": float(compression_ratio(A)),
        "cos_theta": float(abs(direction_cosine(w, feature))),
        "network_norm": float(attack.norm[0]),
        "optimal_norm": float(optimal.half_distance[0]),
    }
    rows = [{"quantity": quantity, "value": value} for quantity, value in values.items()]
    return EXAMPLE.table(rows), {"A": A, "W": W, "b": b}


def _compressed_matrix(
    seed: int, max_phi: float, column_scale: float
) -> tuple[int, int, NDArray[np.float64]]:
    for number in range(_MOST_MATRICES):
        own = run_seed(seed, "figure1", number)
        A = draw_matrix(2, column_scale, own)
        # The nearest point of the other class must be the one that differs in the label alone, as
        # in the concept.
        alone = (closest_points(A, [[1, 1]]).delta[0] == [0, 1]).all()
        if alone and compression_ratio(A) <= max_phi:
            return number, own, A
    raise FcflowError(
        f"theory.figure1.max_phi: none of {_MOST_MATRICES} matrices has φ ≤ {max_phi}; raise it"
    )


def _trained(
    A: NDArray[np.float64], seed: int, hidden: int, epochs: int, learning_rate: float
) -> tuple[AffineNetwork, HypercubePoints]:
    points = hypercube_points(A, sample=None, seed=seed)
    order = shuffled_order(len(points.x), epochs, seed)
    start = initial_affine_network(2, hidden, seed, np.float64)
    adam = Adam(learning_rate)
    trained = train_affine(start, points.x, points.sign, order, batch_size=4, adam=adam)
    return trained.network, points
