"""Labelled images, whatever they are read from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class LabelledImages:
    """Images that are read one by one, with their labels.

    Attributes
    ----------
    names : sequence of str
    labels : int64 [n]
        Numbers from 0 into ``classes``.
    classes : sequence of str
    test, train : bool [n]
        Which images may be tested and trained on; see :func:`~fcflow.data.split.split_images`.
    read : callable
        From an image's number to its pixels, uint8 [channels, height, width].

    Examples
    --------
    >>> every = np.ones(2, dtype=bool)
    >>> black = np.zeros((1, 28, 28), np.uint8)
    >>> images = LabelledImages("ab", np.arange(2), "xy", every, every, lambda number: black)
    >>> images.read(1).shape
    (1, 28, 28)
    """

    names: Sequence[str]
    labels: NDArray[np.int64]
    classes: Sequence[str]
    test: NDArray[np.bool_]
    train: NDArray[np.bool_]
    read: Callable[[int], NDArray[np.uint8]]
