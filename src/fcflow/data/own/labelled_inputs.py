"""Labelled inputs of a classifier, whatever they are read from."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcflow.errors import InputError

_MOST = 10**5  # as a label; each number up to it is a class
_SHOWN = 4  # files that one line names


@dataclass(frozen=True)
class LabelledInputs:
    """Labelled inputs.

    Attributes
    ----------
    inputs : uint8 [n, c, h, w] or float32 [n, ...]
        Pixels from 0 to 255, which stand for 0 to 1; or numbers as they are.
    labels : int64 [n]
        Numbers from 0 into ``classes``.
    classes : tuple of str
    names : tuple of str
        Of files or rows, each its own.
    skipped : tuple of (str, str)
        What was left out, and why.
    notes : tuple of str
        What was done to the inputs, a line each.
    """

    inputs: NDArray[Any]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    names: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """What has to be told, a line each: notes, and how much was skipped and why."""
        return [*self.notes, *skipped_lines(self.skipped)]

    def digests(self) -> list[str]:
        """Return the SHA-256 of each input's bytes."""
        return [
            hashlib.sha256(np.ascontiguousarray(one).tobytes()).hexdigest() for one in self.inputs
        ]


def skipped_lines(skipped: Iterable[tuple[str, str]]) -> list[str]:
    """Return how much was left out for each reason, and what, a line each.

    Examples
    --------
    >>> skipped_lines([("row 2", "is not finite"), ("row 5", "is not finite")])
    ['skipped 2: row 2, row 5: is not finite']
    """
    reasons: dict[str, list[str]] = {}
    for name, reason in skipped:
        reasons.setdefault(reason, []).append(name)
    return [f"skipped {len(names)}: {_listed(names)}: {why}" for why, names in reasons.items()]


def as_labels(values: Sequence[Any], source: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return labels as numbers from 0 into the classes' names, which are in their order.

    Whole numbers from 0 are taken as they are: the class of a model's output 3 is 3.

    Raises
    ------
    InputError
        If there are fewer than two classes, or a number is not whole, negative or huge.

    Examples
    --------
    >>> as_labels(["b", "a", "b"], "a.npz")
    (array([1, 0, 1]), ('a', 'b'))
    >>> as_labels([2, 0], "a.npz")
    (array([2, 0]), ('0', '1', '2'))
    """
    array = np.asarray(values)
    if array.dtype.kind in "iufb":
        numbers = array.astype(np.int64)
        if (numbers != array).any() or (numbers < 0).any():
            raise InputError(f"{source}: labels must be text, or whole numbers from 0")
        if (greatest := int(numbers.max(initial=-1))) > _MOST:
            raise InputError(f"{source}: has the label {greatest}; number the classes from 0")
        classes = tuple(map(str, range(greatest + 1)))
        labels = numbers
    else:
        names = [str(value) for value in array.tolist()]
        classes = tuple(sorted(set(names)))
        known = {name: number for number, name in enumerate(classes)}
        labels = np.array([known[name] for name in names], dtype=np.int64)
    if len(set(labels.tolist())) < 2:
        raise InputError(f"{source}: holds fewer than two classes; pairs need inputs of two")
    return labels, classes


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
