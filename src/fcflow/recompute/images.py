"""Pairs of images on stored networks, one image at a time in float64: Tables 5 to 8, Figure 6.

Training MNIST's networks takes minutes, so their stored weights are used; ImageNet's are published.
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
from fcflow.experiments.images.network import open_network
from fcflow.recompute.route import Comparison, Request, route
from fcflow.recompute.trained import cosine, gap_gradient

Array = NDArray[np.float64]

_FLOAT32 = 1e-4  # relative: a network in float32 beside the same in float64
_COSINE = 1e-5  # of an angle between vectors in float32
# Between images some unit of thousands is at its kink: on in float32, off in float64.
_KINKED_COSINE = 1e-4


@dataclass(frozen=True)
class _Pair:
    """A pair on its network: its row, both images in [0, 1] and the network in float64."""

    row: Any
    name: str
    x1: Array
    x2: Array
    model: torch.nn.Module

    def gap(self, x: Array) -> float:
        """Return the gap of the pair's logits at one image."""
        with torch.no_grad():
            logits = self.model(torch.from_numpy(x[None]))[0]
        return float(logits[self.row.source] - logits[self.row.target])

    def gradient(self, x: Array) -> Array:
        """Return the gap's gradient at one image."""
        return gap_gradient(self.model, x, self.row.source, self.row.target)


@route("mnist/experiments.parquet", "mnist/networks.parquet")
def mnist_pairs(request: Request) -> Iterator[Comparison]:
    """Differentiate each stored network by itself, in float64, at the two ends of a pair."""
    return _pairs(request, "mnist")


@route("imagenet/experiments.parquet", "imagenet/networks.parquet", "imagenet/answers.parquet")
def imagenet_pairs(request: Request) -> Iterator[Comparison]:
    """Differentiate the published network in float64 at the two ends of a pair."""
    return _pairs(request, "imagenet")


@route("imagenet/curves.parquet")
def imagenet_curves(request: Request) -> Iterator[Comparison]:
    """Differentiate the published network in float64 at points of a pair's path."""
    curves = read_table(request.results / "imagenet/curves.parquet", columns.CURVES)
    for pair in _opened(request, "imagenet"):
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
        x1, x2 = (ends[name][place].astype(np.float64) / 255 for name in ("x1", "x2"))
        name = f"{experiment}, network {row.network}, pair {row.pair}: {row.name1}, {row.name2}"
        yield _Pair(row, name, x1, x2, _network(request, experiment, row.network, x1.shape))


def _network(
    request: Request, experiment: str, number: int, shape: tuple[int, ...]
) -> torch.nn.Module:
    """Return a network in float64, as the configuration that is recorded with its pairs says."""
    folder = request.results / experiment / f"network{number}"
    config = read_metadata(folder / "pairs.parquet")["config"]
    path = folder / "weights.safetensors"
    stored = [read_arrays(path, (), producer=columns.WEIGHTS.producer)] if path.exists() else []
    options: dict[str, Any] = {"memory_gb": None, "device": "cpu"}
    model = open_network(config["classifier"], stored, shape, **options).model
    return model.double()
