"""The same images at other resolutions."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from fcflow.errors import InputError


def resized(pixels: NDArray[np.uint8], size: int) -> NDArray[np.float32]:
    """Return an image's largest square in its middle with ``size`` pixels a side.

    Smaller images hold the means of areas, so that no pixel of the original counts more than
    another; larger ones are interpolated (bilinear), which adds coordinates and no detail.

    Parameters
    ----------
    pixels : uint8 [channels, height, width]
    size : int

    Returns
    -------
    ndarray of float32 [channels, size, size]
        From 0 to 255, not rounded to whole numbers.

    Raises
    ------
    InputError
        If ``size`` is not positive.

    Examples
    --------
    >>> resized(np.array([[[0, 2], [4, 6]]], np.uint8), 1).tolist()
    [[[3.0]]]
    """
    if size < 1:
        raise InputError(f"size must be at least 1, got {size}")
    height, width = pixels.shape[1:]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = pixels[:, top : top + side, left : left + side].astype(np.float64)
    if size == side:
        return square.astype(np.float32)
    weights = _area_weights(side, size) if size < side else _bilinear_weights(side, size)
    return (weights @ square @ weights.T).astype(np.float32)


@cache
def _area_weights(side: int, size: int) -> NDArray[np.float64]:
    """Return what share of each of ``size`` stretches is each of ``side`` pixels, [size, side]."""
    edges = np.arange(size + 1) * (side / size)
    pixel = np.arange(side)
    covered = np.minimum(edges[1:, None], pixel + 1) - np.maximum(edges[:-1, None], pixel)
    weights: NDArray[np.float64] = np.clip(covered, 0, None) * (size / side)
    return weights


@cache
def _bilinear_weights(side: int, size: int) -> NDArray[np.float64]:
    """Return how much each of ``side`` pixels counts at the centres of ``size`` others."""
    centres = np.clip((np.arange(size) + 0.5) * (side / size) - 0.5, 0, side - 1)
    weights: NDArray[np.float64] = np.clip(1 - np.abs(centres[:, None] - np.arange(side)), 0, None)
    return weights
