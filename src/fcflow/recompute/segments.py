"""Trained networks between two corners that differ in the label alone: Section 5, Theorem 7."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from fcflow.artifacts.arrays import read_arrays
from fcflow.artifacts.tables import read_table
from fcflow.data.hypercube import draw_matrix
from fcflow.experiments.hypercube.columns import PROBLEMS
from fcflow.experiments.hypercube.points import segment_ends
from fcflow.experiments.linear import columns as linear
from fcflow.experiments.relu import columns as relu
from fcflow.experiments.theory.section5.columns import LINEAR_PATHS
from fcflow.experiments.theory.theorem7.columns import FIRST_ORDER
from fcflow.networks.affine import initial_affine_network
from fcflow.networks.relu import ReluNetwork
from fcflow.networks.relu_module import relu_module
from fcflow.recompute.route import Comparison, Request, route
from fcflow.recompute.trained import Numbers, gap_gradient, rows_of, train_again
from fcflow.training.reference import plain_affine_module

Array = NDArray[np.float64]

_EXACT = 1e-9
_ROUNDINGS = 1000  # of the outputs, sums of thousands of products
_PLACES = 5  # points of a path at which the gradient is taken


@route("theory/linear_paths.parquet")
def linear_paths(request: Request) -> Iterator[Comparison]:
    """Train with PyTorch's layers and ``optim.Adam``; average autograd's gradients on the path."""
    results = request.results
    paths = read_table(results / "theory/linear_paths.parquet", LINEAR_PATHS)
    runs = read_table(results / "linear/experiments.parquet", linear.EXPERIMENTS)
    keys = ["study", "d", "run", "seed", "hidden", "batch_size"]
    rows = runs.merge(paths[[*keys, "gap_x1", "gap_x2", "integral"]], on=keys)

    def module(row: Any) -> torch.nn.Module:
        return plain_affine_module(initial_affine_network(row.d, row.hidden, row.seed))

    own = rows_of(request, rows, valid=True)
    for run in train_again(request, own, "linear", linear.TRAINING, module):
        x1, x2 = segment_ends(run.A, run.row.seed)

        def measure(model: torch.nn.Module, x1: Array = x1, x2: Array = x2) -> Numbers:
            gammas = np.linspace(0, 1, _PLACES)
            slopes = [gap_gradient(model, x1 + gamma * (x2 - x1)) @ (x1 - x2) for gamma in gammas]
            first, second = (_outputs(model, x) for x in (x1, x2))
            return {
                "g(x1)": float(first[0] - first[1]),
                "g(x2)": float(second[0] - second[1]),
                "∫ ‖∇g‖ cos θ": float(np.mean(slopes)),
            }

        stored = {
            "g(x1)": run.row.gap_x1,
            "g(x2)": run.row.gap_x2,
            "∫ ‖∇g‖ cos θ": run.row.integral,
        }
        yield from run.compare(run.name, stored, measure)


@route("theory/first_order.parquet")
def first_order_residuals(request: Request) -> Iterator[Comparison]:
    """Differentiate each stored network by autograd, and project by least squares."""
    rows = read_table(request.results / "theory/first_order.parquet", FIRST_ORDER)
    for row in request.few(rows.sort_values("epsilon", kind="stable")):
        found = list(_stored_networks(request, row))
        if len(found) != 1:  # of several widths the row does not say which
            continue
        ((seed, model, A),) = found
        b1, b2 = segment_ends(A, seed)
        x = row.alpha * b1 + (1 - row.alpha) * b2
        gradients = np.stack([_gradient(model, x, output) for output in (0, 1)], axis=1)
        q = gradients @ np.linalg.lstsq(gradients, b2 - b1, rcond=None)[0]
        ratio = float(np.linalg.norm(q) / np.linalg.norm(b2 - b1))
        start, end = x + row.epsilon * (b1 - x), x + row.epsilon * (b2 - x)
        at_start, at_end, moved = (
            _outputs(model, point) for point in (start, end, start + row.epsilon * q)
        )
        change = np.abs(at_start - at_end).max()
        residual = float(np.abs(moved - at_end).max() / change)
        name = f"{row.study}, run {row.run}, depth {row.depth}, seed {seed}"
        name += f", α = {row.alpha:g}, ε = {row.epsilon:g}"
        rounding = _ROUNDINGS * np.finfo(np.float64).eps * np.abs(at_end).max() / change
        yield Comparison(name, "residual", row.residual, residual, _EXACT + float(rounding))
        yield Comparison(name, "‖P (x2 − x1)‖/‖x2 − x1‖", row.size_ratio, ratio, _EXACT)


def _stored_networks(request: Request, row: Any) -> Iterator[tuple[int, torch.nn.Module, Array]]:
    """Yield the seeds, networks and matrices that a row's study, run and depth fit."""
    for path in sorted((request.results / "relu" / row.study).glob("*/*/training.parquet")):
        training = read_table(path, relu.TRAINING)
        for place in np.flatnonzero(
            (training["run"] == row.run) & (training["depth"] == row.depth)
        ):
            arrays = read_arrays(
                path.with_name("weights.safetensors"), (), producer=relu.WEIGHTS.producer
            )
            network = ReluNetwork.from_arrays({name: one[place] for name, one in arrays.items()})
            seed = int(training["seed"].iloc[place])
            problems = read_table(path.parents[1] / "problems.parquet", PROBLEMS)
            problem = problems[problems["run"] == row.run].iloc[0]
            A = draw_matrix(int(problem["d"]), float(problem["column_scale"]), seed)
            yield seed, relu_module(network, torch.float64), A


def _gradient(model: torch.nn.Module, x: Array, output: int) -> Array:
    """Return the gradient of one output at one point, by automatic differentiation."""
    point = torch.tensor(x[None], requires_grad=True)
    (gradient,) = torch.autograd.grad(model(point)[0, output], point)
    return np.asarray(gradient[0].numpy(), dtype=np.float64)


def _outputs(model: torch.nn.Module, x: Array) -> Array:
    with torch.no_grad():
        return np.asarray(model(torch.from_numpy(x[None]))[0].numpy(), dtype=np.float64)
