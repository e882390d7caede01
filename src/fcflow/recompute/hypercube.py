"""Linear and ReLU networks drawn and trained again: Tables 1 to 4, Figure 2."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import optimize

from fcflow.artifacts.tables import read_table
from fcflow.experiments.hypercube.points import segment_ends
from fcflow.experiments.linear import columns as linear
from fcflow.experiments.relu import columns as relu
from fcflow.networks.affine import initial_affine_network
from fcflow.networks.relu import initial_relu_network
from fcflow.networks.relu_module import relu_module
from fcflow.recompute.route import Comparison, Request, route
from fcflow.recompute.trained import Numbers, PlainRun, cosine, gap_gradient, rows_of, train_again
from fcflow.training.reference import plain_affine_module

Array = NDArray[np.float64]

_EXACT = 1e-9  # two ways of computing one float64 number of order one
# The least perturbation is searched for: a search may end a little above it.
_SEARCHED = 5e-3
_SEARCHED_POINTS = 3  # of a network


@route("linear/experiments.parquet")
def linear_runs(request: Request) -> list[Comparison]:
    """Train with PyTorch's layers, autograd and ``optim.Adam``; φ by QR, cos θ2 by the inverse."""
    experiments = read_table(request.results / "linear/experiments.parquet", linear.EXPERIMENTS)

    def module(row: Any) -> torch.nn.Module:
        return plain_affine_module(initial_affine_network(row.d, row.hidden, row.seed))

    # Table 2 counts the runs that are not valid; everything else is of those that are.
    rows = rows_of(request, experiments, valid=request.sample != "table2")
    runs = train_again(request, rows, "linear", linear.TRAINING, module)
    return [one for run in runs for one in _linear_run(run)]


def _linear_run(run: PlainRun) -> Iterator[Comparison]:
    a = run.A[:, -1]
    R = np.linalg.qr(run.A).R
    yield Comparison(run.name, "φ", run.row.phi, abs(R[-1, -1]) / np.linalg.norm(a), _EXACT)
    inverse_row = np.linalg.inv(run.A)[-1]

    def measure(model: torch.nn.Module) -> dict[str, float]:
        # The network is affine: its gradients are the same at every point, so those at one suffice.
        gradient = gap_gradient(model, run.points.x[0])
        with torch.no_grad():
            logits = model(torch.from_numpy(run.points.x)).numpy()
        gaps = run.points.sign * (logits[:, 0] - logits[:, 1])
        lengths = gaps[gaps > 0] / np.linalg.norm(gradient) / np.linalg.norm(a)
        return {
            "cos θ1": cosine(gradient, a),
            "cos θ2": cosine(_first_gradient(model, run.points.x[0]), inverse_row),
            "accuracy": float(np.mean(gaps > 0)),
            "‖e‖/‖a‖": float(lengths.mean()) if lengths.size else float("nan"),
        }

    stored = {
        "cos θ1": run.row.cos_theta1,
        "cos θ2": run.row.cos_theta2,
        "accuracy": run.row.train_accuracy,
        "‖e‖/‖a‖": run.row.minimal_ratio_mean,
    }
    yield from run.compare(run.name, stored, measure)


def _first_gradient(model: torch.nn.Module, x: Array) -> Array:
    point = torch.tensor(x[None], requires_grad=True)
    (gradient,) = torch.autograd.grad(model(point)[0, 0], point)
    return np.asarray(gradient[0].numpy(), dtype=np.float64)


@route("relu/experiments.parquet", "relu/table3/segments.parquet")
def relu_runs(request: Request) -> list[Comparison]:
    """Train with PyTorch's layers, autograd and ``optim.Adam``; ρ by one gradient a point."""
    experiments = read_table(request.results / "relu/experiments.parquet", relu.EXPERIMENTS)
    segments = {
        study: read_table(request.results / f"relu/{study}/segments.parquet", relu.SEGMENTS)
        for study in experiments["study"].unique()
    }
    rows = rows_of(request, experiments, valid=True)
    compared: list[Comparison] = []
    for run in _relu_networks(request, rows):
        own = segments[run.row.study]
        own = own[(own["seed"] == run.row.seed) & (own["depth"] == run.row.depth)]
        own = own[own["hidden"] == run.row.hidden]
        b1, b2 = segment_ends(run.A, run.row.seed)
        stored = {f"ρ at α = {point.alpha:.3f}": point for point in request.few(own)}

        def measure(model: torch.nn.Module, points: Any = stored, b: Any = (b1, b2)) -> Numbers:
            places = {
                name: one.alpha * b[0] + (1 - one.alpha) * b[1] for name, one in points.items()
            }
            return {
                name: abs(cosine(gap_gradient(model, x), b[0] - b[1])) for name, x in places.items()
            }

        compared += run.compare(run.name, {name: one.rho for name, one in stored.items()}, measure)
    return compared


@route("relu/table4/points.parquet")
def relu_points(request: Request) -> list[Comparison]:
    """Train again, and seek least perturbations by sequential quadratic programming (SciPy's)."""
    experiments = read_table(request.results / "relu/experiments.parquet", relu.EXPERIMENTS)
    points = read_table(request.results / "relu/table4/points.parquet", relu.POINTS)
    compared: list[Comparison] = []
    rows = rows_of(request, experiments[experiments["study"].eq("table4")], valid=True)
    for run in _relu_networks(request, rows):
        own = points[points["seed"] == run.row.seed]
        for point in request.few(own.head(_SEARCHED_POINTS)):
            compared += _relu_point(run, point)
    return compared


def _relu_point(run: PlainRun, point: Any) -> Iterator[Comparison]:
    a, x = run.A[:, -1], run.points.x[point.point]
    name = f"{run.name}, point {point.point}"

    def angle(model: torch.nn.Module) -> Numbers:
        gradient = gap_gradient(model, x, point.label, 1 - point.label)
        return {"cos θ": cosine(gradient, a)}

    yield from run.compare(name, {"cos θ": point.cos_theta}, angle)
    ratio = least_norm(run.model, x, point.label) / float(np.linalg.norm(a))
    yield Comparison(name, "‖e‖/‖a‖", point.minimal_ratio, ratio, _SEARCHED * ratio)


def _relu_networks(request: Request, rows: Sequence[Any]) -> Iterator[PlainRun]:
    def module(row: Any) -> torch.nn.Module:
        network = initial_relu_network(row.d, row.hidden, row.depth, row.seed)
        return relu_module(network)

    return train_again(request, rows, "relu", relu.TRAINING, module)


def least_norm(model: torch.nn.Module, x: Array, label: int) -> float:
    """Return the least norm at which the gap closes, from several starts along the gradient."""

    def gap(delta: Array) -> float:
        with torch.no_grad():
            logits = model(torch.from_numpy(x + delta)[None])[0]
        return float(logits[label] - logits[1 - label])

    def slope(delta: Array) -> Array:
        return gap_gradient(model, x + delta, label, 1 - label)

    straight = -gap(np.zeros_like(x)) * slope(np.zeros_like(x))
    straight /= float(slope(np.zeros_like(x)) @ slope(np.zeros_like(x)))
    norms = []
    for start in (0.5, 1.0, 1.5):
        search: Any = optimize.minimize
        found = search(
            lambda delta: delta @ delta,
            start * straight,
            jac=lambda delta: 2 * delta,
            constraints={"type": "eq", "fun": gap, "jac": slope},
            method="SLSQP",
            options={"maxiter": 200, "ftol": 1e-12},
        )
        if abs(gap(found.x)) < 1e-6:  # at the boundary, as a longer step of rounding would cross
            norms.append(float(np.linalg.norm(found.x)))
    return min(norms, default=float("nan"))
