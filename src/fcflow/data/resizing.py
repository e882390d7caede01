"""The same images at other resolutions."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

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
    left, top = (width - side) // 2, (height - side) // 2
    box = (left, top, left + side, top + side)
    method = Image.Resampling.BOX if size < side else Image.Resampling.BILINEAR
    channels = [
        Image.fromarray(channel.astype(np.float32)).resize((size, size), method, box)
        for channel in pixels
    ]
    return np.stack([np.asarray(channel, dtype=np.float32) for channel in channels])
