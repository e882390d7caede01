"""Coordinates z of points x = A z, at the hypercube's corners and off them.

The last coordinate is ±1 and the label, as in Theorem 6; the others have mean 0 and variance near
1, so that what differs between kinds is their shape.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from fcflow.data.hypercube import all_corners
from fcflow.errors import InputError
from fcflow.seeds import Stream, generator

Coordinates = Literal["corners", "mixture", "uniform", "gaussian"]
COORDINATES: tuple[Coordinates, ...] = get_args(Coordinates)

_NOISE = 0.3  # of a mixture's parts about the corners: their neighbours are 2 apart
_STEPS_AT_ONCE = 64  # batches drawn by one call


def draw_coordinates(
    n: int, d: int, kind: Coordinates, draw: np.random.Generator
) -> NDArray[np.float64]:
    """Draw n points z [n, d].

    Parameters
    ----------
    n, d : int
    kind : {"corners", "mixture", "uniform", "gaussian"}
        ``corners`` are those of {±1}^d. In the others all coordinates but the last are off ±1:
        ``mixture`` adds Gaussian noise of standard deviation 0.3 to corners, a mixture of 2^d
        Gaussians; ``uniform`` fills [−√3, √3]; ``gaussian`` is standard normal.
    draw : numpy.random.Generator

    Examples
    --------
    >>> draw_coordinates(2, 3, "corners", np.random.default_rng(1)).tolist()
    [[-1.0, 1.0, 1.0], [1.0, -1.0, -1.0]]
    """
    if kind not in COORDINATES:
        raise InputError(f"points must be one of {', '.join(COORDINATES)}, got {kind!r}")
    z = np.asarray(2.0 * draw.integers(0, 2, (n, d)) - 1.0, dtype=np.float64)
    others = (n, d - 1)
    if kind == "mixture":
        z[:, :-1] += _NOISE * draw.standard_normal(others)
    elif kind == "uniform":
        z[:, :-1] = draw.uniform(-np.sqrt(3.0), np.sqrt(3.0), others)
    elif kind == "gaussian":
        z[:, :-1] = draw.standard_normal(others)
    return z


def coordinates_to_test(n: int, d: int, kind: Coordinates, seed: int) -> NDArray[np.float64]:
    """Return the points that a run's accuracy is measured on: all corners where n is enough.

    Examples
    --------
    >>> coordinates_to_test(4, 2, "corners", seed=0).tolist()
    [[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]]
    >>> coordinates_to_test(4, 3, "corners", seed=0).shape
    (4, 3)
    """
    if kind == "corners" and 2**d <= n:
        return all_corners(d).astype(np.float64)
    return draw_coordinates(n, d, kind, generator(seed, Stream.TEST_POINTS))


def fresh_batches(
    steps: int, batch: int, d: int, kinds: Sequence[Coordinates], seeds: Sequence[int]
) -> Iterator[NDArray[np.float64]]:
    """Yield, step by step, new points of several runs, z [runs, batch, d].

    A run's points follow from its seed and kind alone, whatever runs are beside it.

    Examples
    --------
    >>> [z.shape for z in fresh_batches(2, 5, 3, ["corners", "uniform"], [0, 1])]
    [(2, 5, 3), (2, 5, 3)]
    """
    draws = [generator(seed, Stream.POINTS) for seed in seeds]
    for start in range(0, steps, _STEPS_AT_ONCE):
        count = min(_STEPS_AT_ONCE, steps - start)
        several = np.stack(
            [
                draw_coordinates(_STEPS_AT_ONCE * batch, d, kind, draw)
                for kind, draw in zip(kinds, draws, strict=True)
            ]
        ).reshape(len(draws), _STEPS_AT_ONCE, batch, d)
        yield from (several[:, step] for step in range(count))
