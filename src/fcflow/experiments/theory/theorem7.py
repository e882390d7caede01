"""Theorem 7: Gaussian gradients, and the first-order statement on trained ReLU networks."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from fcflow.experiments.hypercube.points import segment_ends
from fcflow.experiments.theory.schemas import FIRST_ORDER, THEOREM7
from fcflow.networks.relu import ReluNetwork
from fcflow.networks.relu_jacobian import relu_jacobian, relu_outputs
from fcflow.seeds import Stream, generator, run_seed
from fcflow.theory.gradient_span import first_order_residual, span_energies, span_projection


def simulate_theorem7(*, seed: int, dims: Sequence[int], draws: Sequence[int]) -> pd.DataFrame:
    """Draw two gradients and a direction and return the energies, as THEOREM7's schema, one row a draw."""
    rows = []
    for d, n in tqdm(list(zip(dims, draws, strict=True)), desc="d"):
        seeds = [run_seed(seed, "theorem7", d, number) for number in range(n)]
        vectors = np.stack(
            [generator(each, Stream.MATRIX).standard_normal((3, d)) for each in seeds], axis=1
        )
        projected, energy = span_energies(*vectors)
        key = {"d": d, "draw": np.arange(n), "seed": seeds, "redraws": 0}
        rows.append(
            pd.DataFrame(
                key | {"projected_energy": projected, "energy": energy, "ratio": projected / energy}
            )
        )
    return pd.concat(rows, ignore_index=True)[list(THEOREM7.frame.columns)]


def check_first_order(
    training: pd.DataFrame,
    A: NDArray[np.float64],
    weights: dict[str, NDArray[Any]],
    *,
    alphas: Sequence[float],
    epsilons: Sequence[float],
) -> pd.DataFrame:
    """Measure how well moving in the gradients' span replaces moving towards the other class, for shrinking ε.

    At x(α) = α b1 + (1 - α) b2, a point between two corners that differ in the label alone, x1 = b1
    - x and x2 = b2 - x lead to the corners ([FC] §6). ``size_ratio`` is ‖P (x2 - x1)‖ / ‖x2 - x1‖,
    what the smaller perturbation saves.

    Parameters
    ----------
    training : rows of the ReLU experiment's training
    A : float64 [runs, d, d]
    weights : dict
        ``W0, b0, …`` stacked over the rows of ``training``.
    alphas, epsilons
        As in the configuration.

    Returns
    -------
    DataFrame
        As :data:`~fcflow.experiments.theory.schemas.FIRST_ORDER`.
    """
    rows: list[dict[str, Any]] = []
    runs: list[Any] = list(training.itertuples(index=False))
    for index, run in enumerate(runs):
        network = ReluNetwork.from_arrays({name: array[index] for name, array in weights.items()})
        rows += _network_rows(run, A[run.run], network, alphas, epsilons)
    return pd.DataFrame(rows)[list(FIRST_ORDER.frame.columns)]


def _network_rows(
    run: Any,
    A: NDArray[np.float64],
    network: ReluNetwork,
    alphas: Sequence[float],
    epsilons: Sequence[float],
) -> Iterator[dict[str, Any]]:
    b1, b2 = segment_ends(A, run.seed)
    for alpha in alphas:
        x = alpha * b1 + (1 - alpha) * b2
        jacobian = relu_jacobian(network, x)
        residuals = first_order_residual(
            lambda points: relu_outputs(network, points), jacobian, x, b1 - x, b2 - x, epsilons
        )
        ratio = np.linalg.norm(span_projection(jacobian[0], jacobian[1], b2 - b1)) / np.linalg.norm(
            b2 - b1
        )
        for epsilon, residual in zip(epsilons, residuals, strict=True):
            yield {
                "study": run.study,
                "run": run.run,
                "depth": run.depth,
                "valid": run.valid,
                "alpha": float(alpha),
                "epsilon": float(epsilon),
                "residual": residual,
                "size_ratio": ratio,
            }
