"""Small networks on the hypercube, trained again with PyTorch's layers and optimiser."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from fcflow.artifacts.schema import TableSchema
from fcflow.artifacts.tables import read_metadata, read_table
from fcflow.data.hypercube import HypercubePoints, draw_matrix, hypercube_points
from fcflow.errors import FcflowError
from fcflow.recompute.route import Comparison, Request
from fcflow.training.reference import train_plainly
from fcflow.training.schedule import Adam, shuffled_order

Array = NDArray[np.float64]
Start = Callable[[Any], torch.nn.Module]
Numbers = Mapping[str, float]

# Two float32 trainings that sum in another order part by rounding, which every step carries on. How
# far is seen from trainings that start one rounding away, up and down: little where a network
# converges, and much where it does not.
_LEAST = 1e-4
_TIMES = 5


class PlainRun(NamedTuple):
    """A run drawn and trained again.

    Attributes
    ----------
    row : row of the stored table
    name : str
    A : float64 [d, d]
    points : HypercubePoints
        Those trained on, or others where training drew its own.
    model : torch.nn.Module
        In float64, after training in float32.
    shaken : list of torch.nn.Module
        The same, from weights one rounding above and one below.
    """

    row: Any
    name: str
    A: Array
    points: HypercubePoints
    model: torch.nn.Module
    shaken: Sequence[torch.nn.Module]

    def compare(
        self, name: str, stored: Mapping[str, float], measure: Callable[[torch.nn.Module], Numbers]
    ) -> Iterator[Comparison]:
        """Yield stored numbers beside those that are measured of the network trained again.

        Quantities of one name up to `` at `` are alike, such as ρ at several α: each may move as
        far as any of them did, since one that stays in its linear region moves by chance alone.
        """
        plain, shaken = measure(self.model), [measure(model) for model in self.shaken]
        moves: dict[str, float] = {}
        for quantity, value in plain.items():
            kind = quantity.partition(" at ")[0]
            moved = np.abs([value - numbers[quantity] for numbers in shaken])
            moves[kind] = max(moves.get(kind, 0.0), float(np.nan_to_num(moved).max()))
        for quantity, value in plain.items():
            allowed = max(_LEAST, _TIMES * moves[quantity.partition(" at ")[0]])
            yield Comparison(name, quantity, stored[quantity], value, allowed)


def rows_of(request: Request, experiments: pd.DataFrame, *, valid: bool) -> list[Any]:
    """Return the few rows of the request's study; of the whole experiment where it names none."""
    study = request.sample.split()[-1]
    own = experiments[experiments["study"].eq(study)]
    rows = own if len(own) else experiments
    return request.few(rows[rows["valid"]] if valid and rows["valid"].any() else rows)


def train_again(
    request: Request, rows: Sequence[Any], experiment: str, training: TableSchema, module: Start
) -> Iterator[PlainRun]:
    """Yield the runs, each trained again from its seed as its step was configured.

    Parameters
    ----------
    rows : sequence
        Of the experiment's table of runs.
    experiment : str
        Its folder.
    training : TableSchema
        Of its trainings, whose records hold the configuration.
    module : callable
        From a row to the module before training, in float32.
    """
    for row in rows:
        options = _options(request, experiment, row, training)
        A = draw_matrix(row.d, row.column_scale, row.seed)
        sample = None if row.enumerated else int(row.n_points)
        points = hypercube_points(A, sample=sample, seed=row.seed)
        models = module(row), shaken(module(row), 1), shaken(module(row), -1)
        betas = options["betas"]
        adam = Adam(options["learning_rate"], betas[0], betas[1], options["epsilon"])
        order = shuffled_order(len(points.x), int(row.epochs), row.seed)
        for model in models:
            train_plainly(
                model, points.x, points.sign, order, batch_size=int(row.batch_size), adam=adam
            )
        name = f"{row.study}, d {row.d}, run {row.run}, seed {row.seed}"
        model, *others = (trained.double() for trained in models)
        yield PlainRun(row, name, A, points, model, others)


def shaken(model: torch.nn.Module, sign: int) -> torch.nn.Module:
    """Return a model with every weight one rounding of float32 further from zero, or nearer."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1 + sign * torch.finfo(torch.float32).eps)
    return model


def gap_gradient(model: torch.nn.Module, x: Array, source: int = 0, target: int = 1) -> Array:
    """Return the gradient of the logit gap at one point, by automatic differentiation."""
    point = torch.tensor(x[None], requires_grad=True)
    logits = model(point)[0]
    (logits[source] - logits[target]).backward()
    assert point.grad is not None  # noqa: S101 (for the type checker)
    gradient: Array = point.grad[0].numpy()
    return gradient


def cosine(u: Array, v: Array) -> float:
    """Return the cosine of the angle between two vectors.

    Examples
    --------
    >>> cosine(np.array([1.0, 0.0]), np.array([3.0, 4.0]))
    0.6
    """
    u, v = u.ravel(), v.ravel()
    return float(u @ v / np.sqrt((u @ u) * (v @ v)))


def _options(request: Request, experiment: str, row: Any, training: TableSchema) -> dict[str, Any]:
    """Return the configuration that is recorded with a run's training."""
    for path in sorted((request.results / experiment / row.study).glob("*/*/training.parquet")):
        runs = read_table(path, training)
        own = runs[(runs["seed"] == row.seed) & (runs["batch_size"] == row.batch_size)]
        if (own["hidden"] == row.hidden).any():
            return dict(read_metadata(path)["config"])
    raise FcflowError(
        f"{request.results / experiment / row.study}: holds no training of the run with seed"
        f" {row.seed}; run snakemake again"
    )
