"""Train a setting's networks, run after run until enough of them are valid."""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from fcflow.data.hypercube import HypercubePoints
from fcflow.errors import FcflowError
from fcflow.experiments.hypercube.points import points_of_run
from fcflow.training.fresh_schedule import HeldOut
from fcflow.training.schedule import shuffled_order


class Network(Protocol):
    """A trained network: its logit gap of class 0 over class 1 is what is asked of it."""

    def gap(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the gap at points x [n, d], in float64."""
        ...


AnyNetwork = TypeVar("AnyNetwork", bound=Network)


class Run(NamedTuple):
    """One run before its training: its row, its matrix, its points and their order."""

    problem: Any
    A: NDArray[np.float64]
    points: HypercubePoints
    order: NDArray[np.int32]


def training_inputs(runs: Sequence[Run], start: Callable[[Any], Any]) -> tuple[list[Any], ...]:
    """Return what networks are trained from, each by run: the networks, x, signs and orders.

    ``start`` makes a run's initial network from its row.
    """
    networks = [start(run.problem) for run in runs]
    x, signs = [run.points.x for run in runs], [run.points.sign for run in runs]
    return networks, x, signs, [run.order for run in runs]


def train_until_valid(
    problems: pd.DataFrame,
    A: NDArray[np.float64],
    train: Callable[[Sequence[Run]], Sequence[tuple[AnyNetwork, int]]],
    *,
    epochs: int,
    valid_runs: int | None,
    at_once: int,
    **sizes: int,
) -> tuple[pd.DataFrame, list[AnyNetwork]]:
    """Train the runs in order until ``valid_runs`` of them are valid, or all are used up.

    A run is valid where it classifies all its points correctly.

    Parameters
    ----------
    problems : rows of :data:`~fcflow.experiments.hypercube.columns.PROBLEMS`
    A : float64 [runs, d, d]
    train : callable
        From some runs to each one's network and the number of its epochs.
    epochs, valid_runs
        As in the configuration; ``valid_runs`` None trains all runs.
    at_once : int
        How many runs ``train`` is given: it changes the speed and not the result.
    **sizes
        Columns that every row gets, such as ``hidden=3000``.

    Returns
    -------
    rows : DataFrame
        One row for each run that was trained, valid or not.
    networks : list
        In the same order.

    Raises
    ------
    FcflowError
        If a network's weights are no longer finite.
    """
    rows: list[dict[str, Any]] = []
    networks: list[AnyNetwork] = []
    waiting = zip(problems.itertuples(index=False), A, strict=True)

    with tqdm(total=len(problems), desc="runs", unit="run", mininterval=1.0) as progress:
        while chunk := list(islice(waiting, at_once)):
            runs = [_run(problem, matrix, epochs) for problem, matrix in chunk]
            for run, (network, epochs_done) in zip(runs, train(runs), strict=True):
                rows.append(_row(run, network, epochs_done, sizes))
                networks.append(network)
                progress.update()
                if valid_runs is not None and sum(row["valid"] for row in rows) == valid_runs:
                    return pd.DataFrame(rows), networks
    return pd.DataFrame(rows), networks


def _run(problem: Any, A: NDArray[np.float64], epochs: int) -> Run:
    points = points_of_run(problem, A)
    return Run(problem, A, points, shuffled_order(len(points.x), epochs, int(problem.seed)))


def _row(run: Run, network: Network, epochs: int, sizes: dict[str, int]) -> dict[str, Any]:
    problem, points = run.problem, run.points
    gap = points.sign * network.gap(points.x)

    if not np.isfinite(gap).all():
        raise FcflowError(f"run {problem.run} (seed {problem.seed}) diverged; lower learning_rate")

    accuracy = float(np.mean(gap > 0))
    return {
        "study": problem.study,
        "d": problem.d,
        "column_scale": problem.column_scale,
        "run": problem.run,
        "seed": problem.seed,
        **sizes,
        "epochs": epochs,
        "train_loss": float(np.logaddexp(0.0, -gap).mean()),
        "train_accuracy": accuracy,
        "fresh_accuracy": _fresh_accuracy(run, network, accuracy),
        "valid": accuracy == 1.0,
    }


def _fresh_accuracy(run: Run, network: Network, accuracy: float) -> float:
    """Return the accuracy on points that training never saw, as many as it saw.

    Where training saw all corners, there are no others, and it is the accuracy on them.
    """
    if run.points.enumerated:
        return accuracy
    held_out = HeldOut(run.A, int(run.problem.seed), len(run.points.x))
    return 1.0 - held_out.errors(network.gap) / held_out.points
