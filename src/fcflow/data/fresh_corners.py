"""Corners that are drawn when they are needed and never stored: each has a number.

The corner with a given number follows from the key and the number alone, by SplitMix64 (Steele, Lea
and Flood 2014), so that training never sees a point twice and any point can be drawn again.
"""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from fcflow.data.corners_kernel import fill_corners
from fcflow.errors import InputError
from fcflow.seeds import Stream, generator


def corner_key(seed: int, stream: Stream) -> np.uint64:
    """Return the key under which a run's corners are drawn.

    Examples
    --------
    >>> bool(corner_key(1, Stream.FRESH_POINTS) == corner_key(1, Stream.HELD_OUT_POINTS))
    False
    """
    return np.uint64(generator(seed, stream).integers(2**64, dtype=np.uint64))


def fresh_corners(
    key: np.uint64, first: int, n: int, d: int, dtype: DTypeLike = np.float64
) -> NDArray[Any]:
    """Return the corners with the numbers ``first`` to ``first + n - 1``.

    Parameters
    ----------
    key : uint64
        See :func:`corner_key`.
    first, n, d : int
        The first number, how many, and their dimension.

    Returns
    -------
    floating [n, d]
        Entries ±1, independent and equally likely.

    Raises
    ------
    InputError
        If ``first`` is negative, or ``n`` or ``d`` below 1.

    Examples
    --------
    >>> some, later = fresh_corners(np.uint64(7), 0, 5, 3), fresh_corners(np.uint64(7), 3, 2, 3)
    >>> bool((some[3:] == later).all())
    True
    """
    if first < 0 or n < 1 or d < 1:
        raise InputError(f"corners need first ≥ 0, n ≥ 1 and d ≥ 1, got {first}, {n} and {d}")
    corners = np.empty((d, n), dtype=dtype)
    fill_corners(key, np.uint64(first), corners)
    return np.ascontiguousarray(corners.T)
