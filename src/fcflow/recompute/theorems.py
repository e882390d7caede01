"""The theorems' draws again, one matrix at a time: decompositions, inverses and loops."""

from collections.abc import Callable, Iterator
from itertools import pairwise, product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import integrate, special

from fcflow.artifacts.schema import TableSchema
from fcflow.artifacts.tables import read_metadata, read_table
from fcflow.experiments.theory.lemma2.columns import VALUES
from fcflow.experiments.theory.theorem1 import columns as theorem1
from fcflow.experiments.theory.theorem4 import columns as theorem4
from fcflow.experiments.theory.theorem5 import columns as theorem5
from fcflow.experiments.theory.theorem6 import columns as theorem6
from fcflow.experiments.theory.theorem7 import columns as theorem7
from fcflow.recompute.route import Comparison, Request, route
from fcflow.seeds import Stream, generator, run_seed

Array = NDArray[np.float64]

# Beyond this dimension brute force over pairs, or over 3^d differences of corners, takes minutes.
_MOST_PAIRS, _MOST_CORNERS = 256, 9
_ROUNDING = 1e-7  # relative, of inverses of Gaussian matrices at these sizes


def _few(
    request: Request, statement: str, schema: TableSchema, keep: Callable[[pd.DataFrame], Any]
) -> Iterator[tuple[str, Any]]:
    """Yield a few rows of a statement's draws, each with its name."""
    rows = read_table(request.results / f"theory/{statement}.parquet", schema)
    rows = rows[keep(rows)]
    for row in request.few(rows.sort_values("d", kind="stable")):
        yield f"d {row.d}, draw {row.draw}, seed {row.seed}", row


def _compare(name: str, quantity: str, stored: float, plain: float) -> Comparison:
    return Comparison(name, quantity, float(stored), plain, _ROUNDING * max(1.0, abs(stored)))


@route("theory/theorem1.parquet")
def interpolations(request: Request) -> Iterator[Comparison]:
    """Decompose X by NumPy's QR, invert it, and measure all pairs of points."""
    fresh = lambda rows: (rows["redraws"] == 0) & (rows["d"] <= _MOST_PAIRS)  # noqa: E731
    for name, row in _few(request, "theorem1", theorem1.DRAWS, fresh):
        X = generator(row.seed, Stream.MATRIX).standard_normal((row.d, row.d))
        Q, R = np.linalg.qr(X)
        signs = np.sign(np.diag(R))
        Q, R = Q * signs, R * signs[:, None]
        e = Q[:, -2:] @ [R[-2, -2] - R[-2, -1], -R[-1, -1]]
        outputs = np.linalg.inv(X) @ (X[:, -1] + e)
        pairs = [np.linalg.norm(X[:, i] - X[:, j]) for i in range(row.d) for j in range(i)]
        yield _compare(name, "‖e‖", row.norm, float(np.linalg.norm(e)))
        yield _compare(name, "least distance", row.nearest_distance, float(min(pairs)))
        yield _compare(name, "flipped", row.flipped, float(outputs[-2] > outputs[-1]))
        yield _compare(name, "answers d − 1", row.targeted, float(outputs.argmax() == row.d - 2))


@route("theory/theorem4.parquet")
def generated_points(request: Request) -> Iterator[Comparison]:
    """Decompose the layers one after another by NumPy's QR."""
    whole = lambda rows: rows["whole"] & (rows["redraws"] == 0) & (rows["d"] <= _MOST_PAIRS)  # noqa: E731
    for name, row in _few(request, "theorem4", theorem4.DRAWS, whole):
        widths = [row.d] + [round(row.d * row.widening**i) for i in range(row.layers + 1)]
        X, R = np.eye(row.d), np.eye(row.d)
        Q = np.eye(row.d)
        for number, (below, above) in enumerate(pairwise(widths)):
            draw = generator(run_seed(row.seed, number), Stream.MATRIX)
            layer = draw.standard_normal((above, below)) * (above**-0.5 if number else 1.0)
            X = layer @ X
            Q, factor = np.linalg.qr(layer @ Q)
            R = factor @ R
        R = R * np.sign(np.diag(R))[:, None]
        norm = float(np.hypot(R[-2, -2] - R[-2, -1], R[-1, -1]))
        pairs = [np.linalg.norm(X[:, i] - X[:, j]) for i in range(row.d) for j in range(i)]
        named = f"{row.layers} layers, widening {row.widening:g}, {name}"
        yield _compare(named, "‖e‖", row.norm, norm)
        yield _compare(named, "least distance", row.nearest_distance, float(min(pairs)))


@route("theory/theorem5.parquet")
def probed_networks(request: Request) -> Iterator[Comparison]:
    """Multiply the layers out, and project onto the probes' span by least squares."""
    config = read_metadata(request.results / "theory/theorem5.parquet")["config"]
    for name, row in _few(request, "theorem5", theorem5.DRAWS, lambda rows: rows["d"] <= 512):
        widths = [round(row.d * config["widening"] ** i) for i in range(config["layers"] + 1)]
        draw = generator(row.seed, Stream.MATRIX)
        last = generator(row.seed, Stream.WEIGHTS).uniform(-1, 1, (config["classes"], widths[-1]))
        before = np.eye(row.d)
        for below, above in pairwise(widths):
            before = draw.standard_normal((above, below)) @ before
        probes, x = last @ before, generator(row.seed, Stream.POINTS).standard_normal(row.d)
        outputs = probes @ x
        second, first = np.argsort(outputs)[-2:]
        towards = probes[first] - probes[second]
        norm = (outputs[first] - outputs[second]) / np.linalg.norm(towards)
        span = probes[[first, second]].T
        projection = span @ np.linalg.lstsq(span, x, rcond=None)[0]
        yield _compare(name, "‖Δ‖", row.norm, float(norm))
        yield _compare(name, "‖P x‖", row.projection_norm, float(np.linalg.norm(projection)))


@route("theory/theorem6.parquet")
def assumed_networks(request: Request) -> Iterator[Comparison]:
    """Take |R_dd| from NumPy's QR, and the class distance over all 3^d differences of corners."""
    fresh = lambda rows: (rows["redraws"] == 0) & (rows["d"] <= 512)  # noqa: E731
    for name, row in _few(request, "theorem6", theorem6.DRAWS, fresh):
        A = generator(row.seed, Stream.MATRIX).standard_normal((row.d, row.d))
        A[:, :-1] *= row.column_scale
        R = np.linalg.qr(A).R
        yield _compare(name, "|R_dd|", row.boundary_norm, abs(float(R[-1, -1])))
        if row.decoded and row.d <= _MOST_CORNERS:
            # Corners differ by 0 or ±2 in each entry, and classes by ±2 in the last.
            differences = product((-2.0, 0.0, 2.0), repeat=row.d - 1)
            least = min(np.linalg.norm(A @ [*difference, 2.0]) for difference in differences)
            yield _compare(name, "class distance", row.class_distance, float(least))


@route("theory/theorem7.parquet")
def projected_directions(request: Request) -> Iterator[Comparison]:
    """Project the direction onto the two gradients by least squares."""
    for name, row in _few(request, "theorem7", theorem7.DRAWS, lambda rows: rows["d"] > 0):
        g1, g2, v = generator(row.seed, Stream.MATRIX).standard_normal((3, row.d))
        span = np.stack([g1, g2], axis=1)
        projection = span @ np.linalg.lstsq(span, v, rcond=None)[0]
        ratio = float(projection @ projection / (v @ v))
        yield _compare(name, "‖P v‖²/‖v‖²", row.ratio, ratio)


@route("theory/lemma2.parquet")
def chi_square_tails(request: Request) -> Iterator[Comparison]:
    """Integrate the density of χ²_d numerically, with its largest value taken out."""
    rows = read_table(request.results / "theory/lemma2.parquet", VALUES)
    for row in request.few(rows):
        half, end = row.d / 2, row.alpha * row.d

        constant = -half * np.log(2) - special.gammaln(half)

        def log_density(log_t: float, half: float = half, constant: float = constant) -> float:
            return float((half - 1) * log_t - np.exp(log_t) / 2 + constant)

        # From t = end e^(-s): what is far below the end carries nothing.
        log_end = np.log(end)
        top = log_density(log_end)
        value = integrate.quad(
            lambda s, log_end=log_end, top=top, f=log_density: np.exp(f(log_end - s) - top - s),
            *(0, np.inf),
            epsabs=0,
            epsrel=1e-10,
            limit=500,
        )[0]
        name = f"d {row.d}, α {row.alpha:g}"
        yield _compare(name, "ln P", row.log_tail, float(np.log(value) + log_end + top))
        bound = half * (np.log(row.alpha) + 1 - row.alpha)
        yield _compare(name, "ln bound", row.log_bound, float(bound))
