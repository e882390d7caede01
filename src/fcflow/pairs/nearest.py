"""Each input paired with the closest one of another class."""

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcflow.errors import InputError

_AT_ONCE = 1 << 24  # numbers of float64 in one product of inputs
_ROWS = 512  # of which the distances to all others are held


def nearest_pairs(
    inputs: NDArray[Any],
    labels: NDArray[np.int64],
    usable: NDArray[np.bool_] | None = None,
    *,
    sources: Collection[int] = (),
    targets: Collection[int] = (),
    most: int | None = None,
) -> NDArray[np.int64]:
    """Return pairs of rows: an input and the closest one (L2) of another class.

    Parameters
    ----------
    inputs : uint8 or float [n, ...]
    labels : int64 [n]
    usable : bool [n], optional
        The inputs that may be in a pair, such as those that a network classifies correctly.
    sources, targets : collections of class numbers
        Of first and of second inputs; any where empty.
    most : int, optional
        The most pairs, from the first inputs on.

    Returns
    -------
    int64 [pairs, 2]
        Empty where there are no two classes to pair; of equally close inputs the first.

    Raises
    ------
    InputError
        If the arrays do not fit each other.

    Examples
    --------
    >>> nearest_pairs(np.array([[0.0], [1.0], [5.0], [2.0]]), np.array([0, 0, 1, 1])).tolist()
    [[0, 3], [1, 3], [2, 1], [3, 1]]
    """
    allowed = np.ones(len(inputs), dtype=bool) if usable is None else np.asarray(usable)
    if not len(inputs) == len(labels) == len(allowed):
        raise InputError(
            f"inputs, labels and usable must be as many, got {len(inputs)}, {len(labels)} and"
            f" {len(allowed)}"
        )
    first = np.flatnonzero(allowed & _among(labels, sources))
    second = np.flatnonzero(allowed & _among(labels, targets))
    if most is not None:
        others = set(labels[second].tolist())
        has_other = [bool(others - {int(label)}) for label in labels[first]]
        first = first[has_other][:most]
    partners, _ = closest(inputs, labels, first, second)
    pairs = np.column_stack([first, partners])
    return pairs[partners >= 0].astype(np.int64)


def closest(
    inputs: NDArray[Any],
    labels: NDArray[np.int64],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return which of some rows is closest to each of others and of another class.

    Parameters
    ----------
    inputs, labels
        As in :func:`nearest_pairs`.
    first, second : int64 [k], int64 [m]
        Rows.

    Returns
    -------
    partners : int64 [k]
        Of ``second``, the first of those that are equally close; -1 where none is of another class.
    distances : float64 [k]
        L2, in the units of the inputs; NaN where there is no partner.

    Examples
    --------
    >>> x, labels = np.array([[0.0], [1.0], [5.0]]), np.array([0, 0, 1])
    >>> closest(x, labels, np.array([0, 2]), np.array([0, 1]))
    (array([-1,  1]), array([nan,  4.]))
    """
    partners = np.full(len(first), -1, dtype=np.int64)
    distances = np.full(len(first), np.nan)
    # A few rows at a time: a table of all distances of 10,000 inputs would take 800 MB.
    for start in range(0, len(first), _ROWS):
        part = slice(start, start + _ROWS)
        square = squared_distances(inputs, first[part], second)
        square[labels[first[part]][:, None] == labels[second]] = np.inf
        if square.size:
            place, least = square.argmin(axis=1), square.min(axis=1)
            found = np.isfinite(least)
            partners[part] = np.where(found, second[place], -1)
            distances[part] = np.sqrt(np.where(found, least, np.nan))
    return partners, distances


def class_pairs(
    inputs: NDArray[Any],
    labels: NDArray[np.int64],
    usable: NDArray[np.bool_] | None = None,
    *,
    source: int,
    target: int,
    most: int | None = None,
) -> NDArray[np.int64]:
    """Return pairs of an input of one class and the closest one of another.

    Examples
    --------
    >>> labels = np.array([0, 1, 2])
    >>> class_pairs(np.array([[0.0], [1.0], [5.0]]), labels, source=0, target=2).tolist()
    [[0, 2]]
    """
    return nearest_pairs(inputs, labels, usable, sources=[source], targets=[target], most=most)


def squared_distances(
    inputs: NDArray[Any], first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the squared L2 distances of two selections of rows, [first, second].

    Those of whole numbers are exact, so that ties are ties.

    Examples
    --------
    >>> x = np.array([[0, 0], [3, 4]], np.uint8)
    >>> squared_distances(x, np.array([0]), np.array([0, 1])).tolist()
    [[0.0, 25.0]]
    """
    flat = inputs.reshape(len(inputs), -1)
    step = max(1, _AT_ONCE // max(1, flat.shape[1]))
    square = np.zeros((len(first), len(second)))
    for i in range(0, len(first), step):
        a = flat[first[i : i + step]].astype(np.float64)
        for j in range(0, len(second), step):
            b = flat[second[j : j + step]].astype(np.float64)
            if inputs.dtype.kind in "iu":
                product = a @ b.T  # of whole numbers below 2^53: exact in any order
                block = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * product
            else:
                block = np.array([((b - one) ** 2).sum(axis=1) for one in a])
            square[i : i + step, j : j + step] = block
    return square


def _among(labels: NDArray[np.int64], classes: Collection[int]) -> NDArray[np.bool_]:
    every: NDArray[np.bool_] = np.ones(len(labels), dtype=bool)
    return np.isin(labels, list(classes)) if classes else every
