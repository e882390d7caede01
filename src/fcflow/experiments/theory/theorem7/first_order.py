"""Theorem 7's first-order statement on trained ReLU networks."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.experiments.hypercube.columns import MATRICES
from fcflow.experiments.hypercube.points import segment_ends
from fcflow.experiments.relu.columns import TRAINING, WEIGHTS
from fcflow.experiments.theory.theorem7.columns import FIRST_ORDER
from fcflow.networks.relu import ReluNetwork
from fcflow.networks.relu_jacobian import relu_jacobian, relu_outputs
from fcflow.steps import step
from fcflow.theory.gradient_span import first_order_residual, span_projection

Arrays = dict[str, NDArray[Any]]


@step(
    reads={"training": [TRAINING], "matrices": [MATRICES], "weights": [WEIGHTS]},
    writes={"rows": FIRST_ORDER},
)
def check_first_order(
    training: Sequence[pd.DataFrame],
    matrices: Sequence[Arrays],
    weights: Sequence[Arrays],
    *,
    alphas: Sequence[float],
    epsilons: Sequence[float],
) -> pd.DataFrame:
    """Measure how well moving in the gradients' span replaces moving towards the other class.

    At x(α) = α b1 + (1 - α) b2, a point between two corners that differ in the label alone, x1 = b1
    - x and x2 = b2 - x lead to the corners ([FC] §6), and are shortened to ε of themselves.
    ``size_ratio`` is ‖P (x2 - x1)‖ / ‖x2 - x1‖, what the smaller perturbation saves.

    Parameters
    ----------
    training : sequence of DataFrame
        Of the ReLU experiment, one for each setting.
    matrices : sequence of dict
        ``A`` [runs, d, d] of each setting.
    weights : sequence of dict
        ``W0, b0, …`` of each setting, stacked over the rows of ``training``.
    alphas, epsilons
        As in the configuration.

    Returns
    -------
    DataFrame
        As :data:`~fcflow.experiments.theory.theorem7.columns.FIRST_ORDER`.
    """
    rows: list[dict[str, Any]] = []
    for runs, problems, stacks in zip(training, matrices, weights, strict=True):
        records: list[Any] = runs.to_dict("records")
        for index, run in enumerate(records):
            arrays = {name: array[index] for name, array in stacks.items()}
            network = ReluNetwork.from_arrays(arrays)
            ends = segment_ends(problems["A"][run["run"]], run["seed"])
            rows += (run | row for row in _along_segment(network, *ends, alphas, epsilons))
    return FIRST_ORDER.table(rows)


def _along_segment(
    network: ReluNetwork,
    b1: NDArray[np.float64],
    b2: NDArray[np.float64],
    alphas: Sequence[float],
    epsilons: Sequence[float],
) -> Iterator[dict[str, float]]:
    def outputs(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return relu_outputs(network, points)

    for alpha in alphas:
        x = alpha * b1 + (1 - alpha) * b2
        jacobian = relu_jacobian(network, x)
        residuals = first_order_residual(outputs, jacobian, x, b1 - x, b2 - x, epsilons)
        within = span_projection(jacobian[0], jacobian[1], b2 - b1)
        ratio = float(np.linalg.norm(within) / np.linalg.norm(b2 - b1))
        for epsilon, residual in zip(epsilons, residuals, strict=True):
            yield {"alpha": alpha, "epsilon": epsilon, "residual": residual, "size_ratio": ratio}
