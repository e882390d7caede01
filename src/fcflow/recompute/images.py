"""Pairs on stored networks, one input at a time in float64: Tables 5 to 8, Figure 6, one's own.

Training MNIST's networks takes minutes, so their stored weights are used; ImageNet's are published,
and those of one's own sections are where the configuration says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from fcflow.artifacts.arrays import read_arrays
from fcflow.artifacts.tables import read_metadata, read_table
from fcflow.experiments.images import columns
from fcflow.experiments.images.network import as_tensor, open_network
from fcflow.models.copies import float64_copy
from fcflow.recompute.route import Comparison, Request, route
from fcflow.recompute.trained import cosine

Array = NDArray[np.float64]

_FLOAT32 = 1e-4  # relative: a network in float32 beside the same in float64
_COSINE = 1e-5  # of an angle between vectors in float32
# Between images some unit of thousands is at its kink: on in float32, off in float64.
_KINKED_COSINE = 1e-4


@dataclass(frozen=True)
class _Pair:
    """A pair on its network: its row, both inputs and the network in float64.

    One's own network may run in its own dtype alone: then its numbers are of that dtype.
    """

    row: Any
    name: str
    x1: Array
    x2: Array
    model: torch.nn.Module
    dtype: torch.dtype

    def gap(self, x: Array) -> float:
        """Return the gap of the pair's logits at one input."""
        with torch.no_grad():
            return float(self._gap(self._input(x)))

    def gradient(self, x: Array) -> Array:
        """Return the gap's gradient at one input."""
        inputs = self._input(x).requires_grad_()
        (gradient,) = torch.autograd.grad(self._gap(inputs), inputs)
        array: Array = gradient[0].double().numpy()
        return array

    def _input(self, x: Array) -> torch.Tensor:
        return torch.from_numpy(x[None]).to(self.dtype)

    def _gap(self, inputs: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(inputs)[0]
        return logits[self.row.source] - logits[self.row.target]


@route("mnist/experiments.parquet", "mnist/networks.parquet")
def mnist_pairs(request: Request) -> Iterator[Comparison]:
    """Differentiate each stored network by itself, in float64, at the two ends of a pair."""
    return _pairs(request, "mnist")


@route("imagenet/experiments.parquet", "imagenet/networks.parquet", "imagenet/answers.parquet")
def imagenet_pairs(request: Request) -> Iterator[Comparison]:
    """Differentiate the published network in float64 at the two ends of a pair."""
    return _pairs(request, "imagenet")


@route("{own}/experiments.parquet", "{own}/paths.parquet", "{own}/networks.parquet")
def own_pairs(request: Request) -> Iterator[Comparison]:
    """Differentiate one's own network by itself, in float64 if it can, at the ends of a pair."""
    return _pairs(request, request.sample)


@route("imagenet/curves.parquet")
def imagenet_curves(request: Request) -> Iterator[Comparison]:
    """Differentiate the published network in float64 at points of a pair's path."""
    return _curves(request, "imagenet")


@route("{own}/curves.parquet")
def own_curves(request: Request) -> Iterator[Comparison]:
    """Differentiate one's own network, in float64 if it can, at points of a pair's path."""
    return _curves(request, request.sample)


def _curves(request: Request, experiment: str) -> Iterator[Comparison]:
    curves = read_table(request.results / experiment / "curves.parquet", columns.CURVES)
    for pair in _opened(request, experiment):
        own = curves[(curves["network"] == pair.row.network) & (curves["pair"] == pair.row.pair)]
        for point in request.few(own):
            x = pair.x1 + point.gamma * (pair.x2 - pair.x1)
            angle = cosine(pair.gradient(x), pair.x1 - pair.x2)
            name = f"cos θ at γ = {point.gamma:.2f}"
            yield Comparison(pair.name, name, point.cos_theta, angle, _KINKED_COSINE)


@route("mnist/attacks.parquet")
def mnist_perturbations(request: Request) -> Iterator[Comparison]:
    """Measure the shortest stored perturbations, and see whether they flip; none is sought anew."""
    return _perturbations(request, "mnist")


@route("imagenet/attacks.parquet")
def imagenet_perturbations(request: Request) -> Iterator[Comparison]:
    """Measure the shortest stored perturbations, and see whether they flip; none is sought anew."""
    return _perturbations(request, "imagenet")


@route("{own}/attacks.parquet")
def own_perturbations(request: Request) -> Iterator[Comparison]:
    """Measure the shortest stored perturbations, and see whether they flip; none is sought anew."""
    return _perturbations(request, request.sample)


def _pairs(request: Request, experiment: str) -> Iterator[Comparison]:
    for pair in _opened(request, experiment):
        row, feature = pair.row, pair.x1 - pair.x2
        gradient = pair.gradient(pair.x1)
        steepness = float(np.linalg.norm(gradient))
        gaps = pair.gap(pair.x1), pair.gap(pair.x2)
        length = (gaps[0] - gaps[1]) / steepness
        off = row.relative_error + _FLOAT32  # of the stored integral, and of float32
        allowed = _FLOAT32 * max(1.0, abs(gaps[0]))
        yield Comparison(pair.name, "g(x1)", row.gap_x1, gaps[0], allowed)
        yield Comparison(pair.name, "‖∇g(x1)‖", row.gradient_norm, steepness, _FLOAT32 * steepness)
        yield Comparison(pair.name, "cos θ", row.cos_theta, cosine(gradient, feature), _COSINE)
        half = float(np.linalg.norm(feature)) / 2
        yield Comparison(pair.name, "‖x1 − x2‖/2", row.half_distance, half, _FLOAT32 * half)
        # By the identity of section 5, and not by an integral.
        yield Comparison(pair.name, "D̃", row.predicted_length, length, off * abs(length))


def _perturbations(request: Request, experiment: str) -> Iterator[Comparison]:
    path = request.results / experiment / "shown.safetensors"
    shown = read_arrays(path, columns.SHOWN.names, producer=columns.SHOWN.producer)
    rows = _experiments(request, experiment)
    rows = rows[(rows["place"] > 0) & rows["least_boxed"].notna()].sort_values("place")
    for pair in _opened(request, experiment, rows):
        delta = shown["delta"][int(pair.row.place) - 1].astype(np.float64)
        norm, allowed = float(np.linalg.norm(delta)), _FLOAT32 * pair.row.least_boxed
        yield Comparison(pair.name, "‖e‖, in the box", pair.row.least_boxed, norm, allowed)
        gap = pair.gap(pair.x1 + delta)
        slack = _FLOAT32 * max(1.0, abs(pair.row.gap_x1))  # a stored flip may end at the boundary
        yield Comparison(pair.name, "flips", 1.0, float(gap <= slack), 0.0)


def _experiments(request: Request, experiment: str) -> pd.DataFrame:
    return read_table(request.results / experiment / "experiments.parquet", columns.EXPERIMENTS)


def _opened(request: Request, experiment: str, rows: pd.DataFrame | None = None) -> Iterator[_Pair]:
    """Yield a few pairs on their networks."""
    every = _experiments(request, experiment) if rows is None else rows
    for row in request.few(every):
        folder = request.results / experiment / f"network{row.network}"
        ends = read_arrays(
            folder / "ends.safetensors", columns.ENDS.names, producer=columns.ENDS.producer
        )
        pairs = read_table(folder / "pairs.parquet", columns.PAIRS)
        place = int(np.flatnonzero(pairs["pair"] == row.pair)[0])
        x1 = as_tensor(ends["x1"][place])
        name = f"{experiment}, network {row.network}, pair {row.pair}: {row.name1}, {row.name2}"
        network = _network(request, experiment, row.network, x1.shape)
        exact, _ = float64_copy(network, x1[None])
        model, dtype = (network, torch.float32) if exact is None else (exact, torch.float64)
        yield _Pair(row, name, _pixels(ends["x1"][place]), _pixels(ends["x2"][place]), model, dtype)


def _pixels(stored: NDArray[Any]) -> Array:
    """Return stored pixels in [0, 1], and other numbers as they are."""
    return stored.astype(np.float64) / (255 if stored.dtype == np.uint8 else 1)


def _network(
    request: Request, experiment: str, number: int, shape: tuple[int, ...]
) -> torch.nn.Module:
    """Return a network as the configuration that is recorded with its pairs says."""
    folder = request.results / experiment / f"network{number}"
    config = read_metadata(folder / "pairs.parquet")["config"]
    path = folder / "weights.safetensors"
    stored = [read_arrays(path, (), producer=columns.WEIGHTS.producer)] if path.exists() else []
    options: dict[str, Any] = {"memory_gb": None, "device": "cpu"}
    return open_network(config["classifier"], stored, shape, **options).model
