"""Which images are trained on and which are tested on."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fcflow.errors import InputError
from fcflow.seeds import Stream, generator


class Splittable(Protocol):
    """Images with their labels.

    Attributes
    ----------
    labels : int64 [n]
    test, train : bool [n]
        Which images may be tested and trained on. Where both are true, the draw decides.
    """

    @property
    def labels(self) -> NDArray[np.int64]:
        """The images' classes."""
        ...

    @property
    def test(self) -> NDArray[np.bool_]:
        """Which images may be tested on."""
        ...

    @property
    def train(self) -> NDArray[np.bool_]:
        """Which images may be trained on."""
        ...


def split_images(images: Splittable, *, train: int, test: int, seed: int) -> NDArray[np.str_]:
    """Return what each image is for: ``train``, ``test`` or ``unused``.

    Test images are drawn first. Both draws are stratified: up to one image, every class has the
    same share of the images drawn as it has of those that they are drawn from.

    Raises
    ------
    InputError
        If there are fewer images than asked for.

    Examples
    --------
    >>> from fcflow.data.mnist import Digits
    >>> labels, every = np.repeat([0, 1], [6, 3]), np.ones(9, dtype=bool)
    >>> digits = Digits(np.zeros((9, 28, 28), np.uint8), labels, test=every, train=every)
    >>> split_images(digits, train=3, test=3, seed=0).tolist().count("test")
    3
    """
    draw = generator(seed, Stream.SPLIT)
    parts = np.full(len(images.labels), "unused")
    for name, count, allowed in (("test", test, images.test), ("train", train, images.train)):
        pool = np.flatnonzero(allowed & (parts == "unused"))
        if count > pool.size:
            raise InputError(
                f"{name}_images: there are {pool.size} images to draw from, {count} were asked for"
            )
        parts[pool[_stratified(images.labels[pool], count, draw)]] = name
    return parts


def _stratified(
    labels: NDArray[np.int64], count: int, draw: np.random.Generator
) -> NDArray[np.int64]:
    """Return the sorted positions of ``count`` images, drawn in proportion from every class."""
    if count == 0:
        return np.empty(0, dtype=np.int64)
    classes, sizes = np.unique(labels, return_counts=True)
    exact = count * sizes / labels.size
    quota = np.floor(exact).astype(np.int64)
    # The images that are left go to the classes with the largest remainders. The sort is stable, so
    # of equal remainders the smaller class comes first.
    quota[np.argsort(quota - exact, kind="stable")[: count - quota.sum()]] += 1
    positions = [
        draw.permutation(np.flatnonzero(labels == label))[:number]
        for label, number in zip(classes, quota, strict=True)
    ]
    return np.sort(np.concatenate(positions))
