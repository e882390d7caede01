"""Networks on fresh points, drawn and trained again: the dimension laws."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from scipy import optimize

from fcflow.artifacts.schema import TableSchema
from fcflow.artifacts.tables import read_metadata, read_table
from fcflow.data.fresh_corners import corner_key, fresh_corners
from fcflow.data.hypercube import HypercubePoints, all_corners, draw_matrix
from fcflow.experiments.dimension.columns import POINTS, RUNS, TRAINING
from fcflow.networks.affine import initial_affine_network
from fcflow.networks.relu import initial_relu_network
from fcflow.networks.relu_module import relu_module
from fcflow.recompute.hypercube import least_norm
from fcflow.recompute.route import Comparison, Request, route
from fcflow.recompute.trained import Numbers, PlainRun, cosine, gap_gradient, shaken
from fcflow.seeds import Stream
from fcflow.training.reference import plain_affine_module, train_plainly_on_fresh_points
from fcflow.training.schedule import Adam

Array = NDArray[np.float64]

_EXACT = 1e-9  # two ways of computing one float64 number of order one
_DESCENDED = 1e-4  # an iterated minimum of a quadratic function
_SEARCHED = 5e-3  # a search for a least perturbation may end a little above it
_SEARCHED_POINTS = 2
_HELD_OUT = 4096  # points that the accuracy is taken on again
_MOST_CORNERS = 2**16
# Multiplications by weights that PyTorch takes seconds for; trained are the runs that need fewer.
_MOST_PRODUCTS = 1.5e10


@route("dimension/runs.parquet")
def fresh_runs(request: Request) -> list[Comparison]:
    """Train with PyTorch's layers and optimiser on the same points; φ by the inverse of A."""
    runs = read_table(request.results / "dimension/runs.parquet", RUNS)
    compared: list[Comparison] = []
    for run in _trained_again(request, _quick(runs)):
        compared += _matrix(run)
        options = _options(request, run.row, "runs", RUNS)
        probed = _corners(run.row, Stream.PROBED_POINTS, int(options["probed_points"])) @ run.A.T

        def measure(model: torch.nn.Module, x: Array = probed, own: PlainRun = run) -> Numbers:
            looks = [abs(cosine(gap_gradient(model, point), own.A[:, -1])) for point in x]
            with torch.no_grad():
                logits = model(torch.from_numpy(own.points.x)).numpy()
            correct = own.points.sign * (logits[:, 0] - logits[:, 1]) > 0
            return {"|cos θ1|": float(np.mean(looks)), "accuracy": float(correct.mean())}

        told = {"|cos θ1|": run.row.abs_cos_theta, "accuracy": run.row.fresh_accuracy}
        compared += run.compare(run.name, told, measure)
    return compared


def _matrix(run: PlainRun) -> Iterator[Comparison]:
    a, B = run.A[:, -1], run.A[:, :-1]
    phi = 1 / (np.linalg.norm(np.linalg.inv(run.A)[-1]) * np.linalg.norm(a))
    yield Comparison(run.name, "φ", run.row.phi, float(phi), _EXACT)
    search: Any = optimize.minimize
    found = search(
        lambda zeta: 0.5 * np.sum((a + B @ zeta) ** 2),
        np.zeros(B.shape[1]),
        jac=lambda zeta: B.T @ (a + B @ zeta),
        bounds=[(-1, 1)] * B.shape[1],
        method="L-BFGS-B",
        options={"maxiter": 100_000, "maxfun": 100_000, "ftol": 1e-15, "gtol": 1e-12},
    )
    margin = abs(cosine(a + B @ found.x, a)) if B.shape[1] else 1.0
    yield Comparison(
        run.name, "|cos θ1| of the widest margin", run.row.margin_cosine, margin, _DESCENDED
    )


@route("dimension/points.parquet")
def fresh_points(request: Request) -> list[Comparison]:
    """Train again; least perturbations by sequential quadratic programming, the best by all z."""
    runs = read_table(request.results / "dimension/runs.parquet", RUNS)
    points = read_table(request.results / "dimension/points.parquet", POINTS)
    attacked = runs[runs["seed"].isin(points["seed"])]
    compared: list[Comparison] = []
    for run in _trained_again(request, _quick(attacked)):
        own = points[points["seed"] == run.row.seed].head(_SEARCHED_POINTS)
        for point in own.itertuples(index=False):
            compared += _point(run, point)
    return compared


def _point(run: PlainRun, point: Any) -> Iterator[Comparison]:
    name = f"{run.name}, point {point.point}"
    z = _corners(run.row, Stream.ATTACKED_POINTS, int(point.point) + 1)[-1]
    x = run.A @ z
    if 2 ** len(run.A) <= _MOST_CORNERS:
        corners = all_corners(len(run.A)).astype(np.float64)
        others = corners[corners[:, -1] != z[-1]]
        nearest = float(np.linalg.norm((z - others) @ run.A.T, axis=1).min()) / 2
        yield Comparison(name, "best possible", point.optimal_norm, nearest, _EXACT * nearest)
    lengths = [least_norm(model, x, point.label) for model in (run.model, *run.shaken)]
    moved = max(abs(length - lengths[0]) for length in lengths)
    allowed = _SEARCHED * lengths[0] + 5 * moved
    yield Comparison(name, "‖e‖", point.minimal_norm, lengths[0], allowed)


def _quick(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the trained runs that PyTorch trains in seconds; the quickest, if there is none."""
    own = runs[runs["trained"]] if runs["trained"].any() else runs
    weights = own["hidden"] * (own["d"] + 3) + (own["depth"] - 1) * own["hidden"] ** 2
    products = weights * own["steps"] * own["batch_size"]
    quick: pd.DataFrame = own[products <= max(_MOST_PRODUCTS, products.min())]
    return quick


def _trained_again(request: Request, runs: pd.DataFrame) -> Iterator[PlainRun]:
    for row in request.few(runs):
        options = _options(request, row, "training", TRAINING)
        A = draw_matrix(row.d, row.column_scale, row.seed)
        models = [shaken(_start(row), 0), shaken(_start(row), 1), shaken(_start(row), -1)]
        betas = options["betas"]
        adam = Adam(options["learning_rate"], betas[0], betas[1], options["epsilon"])
        for model in models:
            train_plainly_on_fresh_points(
                *(model, A, row.seed, int(row.steps)),
                batch_size=int(row.batch_size),
                decay_steps=options["decay_steps"],
                adam=adam,
            )
        name = f"{row.study}, d {row.d}, run {row.run}, seed {row.seed}"
        model, *others = (trained.double() for trained in models)
        z = _corners(row, Stream.ORDER, _HELD_OUT)  # a stream that nothing else draws from here
        points = HypercubePoints(z.astype(np.int8), z @ A.T, enumerated=False)
        yield PlainRun(row, name, A, points, model, others)


def _corners(row: Any, stream: Stream, n: int) -> Array:
    z: Array = fresh_corners(corner_key(row.seed, stream), 0, n, int(row.d))
    return z


def _options(request: Request, row: Any, table: str, schema: TableSchema) -> dict[str, Any]:
    """Return the configuration that is recorded with a run's table."""
    path = request.results / f"dimension/{row.study}/d{row.d}/{table}.parquet"
    read_table(path, schema)  # a damaged one is refused in a line
    return dict(read_metadata(path)["config"])


def _start(row: Any) -> torch.nn.Module:
    if row.activation == "identity":
        return plain_affine_module(initial_affine_network(row.d, row.hidden, row.seed))
    return relu_module(initial_relu_network(row.d, row.hidden, row.depth, row.seed))
