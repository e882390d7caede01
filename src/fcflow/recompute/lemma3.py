"""Lemma 3's tests again: products by Cholesky's factors, ranks by counting."""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fcflow.artifacts.tables import read_metadata, read_table
from fcflow.experiments.theory.lemma3.columns import TESTS
from fcflow.recompute.route import Comparison, Request, route
from fcflow.seeds import Stream, generator, run_seed

Array = NDArray[np.float64]

# A draw that rounding moves past another changes a difference of shares by one draw's share.
_DRAWS_MOVED = 2
# Kolmogorov's series is a limit: by so much over the root of the draws it may be off.
_LIMIT = 0.3
_TERMS = 100
_ROUNDING = 1e-12


@route("theory/lemma3.parquet")
def laws_of_products(request: Request) -> Iterator[Comparison]:
    """Take R from Cholesky's decomposition of HᵀH, distances by counting, p by Kolmogorov."""
    path = request.results / "theory/lemma3.parquet"
    seed = read_metadata(path)["config"]["seed"]
    rows = read_table(path, TESTS)
    for row in request.few(rows):
        widths = tuple(int(width) for width in row.widths.split("-"))
        own = run_seed(seed, "lemma3", *widths)
        samples = (
            quantity_of(row.quantity, _grams(widths, row.draws, own)),
            quantity_of(row.quantity, _law_grams(widths, row.draws, own, row.wrong_degrees)),
        )
        distance = largest_difference(*samples)
        name = f"widths {row.widths}, {row.quantity}, {row.wrong_degrees} degrees too many"
        allowed = _DRAWS_MOVED / row.draws
        yield Comparison(name, "distance of the laws", row.statistic, distance, allowed)
        p, limit = kolmogorov(distance, row.draws), _LIMIT / row.draws**0.5
        yield Comparison(name, "p", row.p_value, p, limit)
        family = rows[rows["wrong_degrees"] == row.wrong_degrees]["p_value"]
        # Holm: the largest of the p up to this one, each times the number of those not below it.
        adjusted = max(p * int((family >= p).sum()) for p in family if p <= row.p_value)
        p = min(1.0, float(adjusted))
        yield Comparison(name, "p, adjusted", row.adjusted_p_value, p, _ROUNDING)


def quantity_of(name: str, grams: Array) -> Array:
    """Return an entry of R, or a singular value, of every RᵀR [draws, n, n].

    Examples
    --------
    >>> gram = np.array([[[4.0, 2.0], [2.0, 10.0]]])  # R = [[2, 1], [0, 3]]
    >>> quantity_of("R[1,2]", gram), quantity_of("R[2,2]", gram)
    (array([1.]), array([3.]))
    """
    if name.startswith("R["):
        i, j = (int(number) - 1 for number in name[2:-1].split(","))
        factor = np.asarray(np.linalg.cholesky(grams), dtype=np.float64)
        return factor[:, j, i]
    ascending = np.asarray(np.linalg.eigvalsh(grams), dtype=np.float64)
    values: Array = np.sqrt(ascending[:, -int(name.rpartition(" ")[2])].clip(min=0))
    return values


def largest_difference(one: Array, other: Array) -> float:
    """Return the largest difference of two samples' shares below a value.

    Examples
    --------
    >>> largest_difference(np.array([1.0, 2.0]), np.array([2.0, 3.0]))
    0.5
    """
    values = np.concatenate([one, other])
    below = [
        np.searchsorted(np.sort(sample), values, "right") / len(sample) for sample in (one, other)
    ]
    return float(np.abs(below[0] - below[1]).max())


def kolmogorov(distance: float, draws: int) -> float:
    """Return p of a distance between two samples of so many draws, by Kolmogorov's series.

    Examples
    --------
    >>> round(kolmogorov(0.0192, 10_000), 2)  # the 5 % point is at 1.358 √(2/n)
    0.05
    """
    root = np.sqrt(draws / 2)
    reach = (root + 0.12 + 0.11 / root) * distance
    k = np.arange(1, _TERMS + 1)
    tail = 2 * np.sum((-1.0) ** (k - 1) * np.exp(-2 * k**2 * reach**2))
    return float(np.clip(tail, 0, 1))


@cache
def _grams(widths: tuple[int, ...], draws: int, seed: int) -> Array:
    """Return HᵀH of each product of Gaussian matrices."""
    draw = generator(seed, Stream.MATRIX)
    product = np.broadcast_to(np.eye(widths[0]), (draws, widths[0], widths[0]))
    for below, above in pairwise(widths):
        layer = draw.standard_normal((draws, above, below))
        product = np.einsum("kij,kjl->kil", layer, product)
    return _gram(product)


@cache
def _law_grams(widths: tuple[int, ...], draws: int, seed: int, extra: int) -> Array:
    """Return RᵀR of each product of the lemma's triangular factors."""
    draw, n = generator(seed, Stream.FACTORS), widths[0]
    product = np.broadcast_to(np.eye(n), (draws, n, n))
    for width in widths[1:]:
        entries = iter(draw.standard_normal((draws, n * (n - 1) // 2)).T)
        squares = draw.chisquare([width - j + extra for j in range(n)], (draws, n))
        factor = np.zeros((draws, n, n))
        for i in range(n):
            factor[:, i, i] = np.sqrt(squares[:, i])
            for j in range(i + 1, n):
                factor[:, i, j] = next(entries)
        product = np.einsum("kij,kjl->kil", factor, product)
    return _gram(product)


def _gram(matrices: Array) -> Array:
    gram: Array = np.einsum("kij,kil->kjl", matrices, matrices)
    return gram
