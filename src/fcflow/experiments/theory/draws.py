"""Gaussian draws that can be drawn again from their seeds, and matrices that can be inverted."""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from fcflow.errors import FcflowError
from fcflow.seeds import Stream, generator, run_seed

# A stack of matrices larger than this leaves the cache and only costs memory.
_ENTRIES_AT_ONCE = 2**21
# Hardly a Gaussian matrix is ever singular to working precision: twenty in a row show that the
# distribution is at fault.
_MOST_REDRAWS = 20


class Draws(NamedTuple):
    """Some draws of one size.

    Attributes
    ----------
    numbers, seeds, redraws : list of int
        The draws' numbers, their seeds, and how often each was drawn anew.
    matrices : float64 [n, d, d]
    """

    numbers: list[int]
    seeds: list[int]
    matrices: NDArray[np.float64]
    redraws: list[int]

    def columns(self, d: int) -> dict[str, object]:
        """Return the columns that name these draws."""
        return {"d": d, "draw": self.numbers, "seed": self.seeds, "redraws": self.redraws}


def gaussian_stacks(seed: int, place: Sequence[str | int], d: int, draws: int) -> Iterator[Draws]:
    """Yield Gaussian matrices [d, d], singular ones drawn anew, in stacks that suit the cache.

    Examples
    --------
    >>> [stack.matrices.shape for stack in gaussian_stacks(0, ["here"], 3, 4)]
    [(4, 3, 3)]
    """
    at_once = max(1, _ENTRIES_AT_ONCE // d**2)
    for start in range(0, draws, at_once):
        numbers = list(range(start, min(start + at_once, draws)))
        seeds = [run_seed(seed, *place, d, number) for number in numbers]
        pairs = [invertible(partial(gaussian_matrix, d), own) for own in seeds]
        matrices, redraws = zip(*pairs, strict=True)
        yield Draws(numbers, seeds, np.stack(matrices), list(redraws))


def gaussian_matrix(d: int, draw: np.random.Generator) -> NDArray[np.float64]:
    """Draw a matrix [d, d] of independent standard Gaussian entries.

    Examples
    --------
    >>> gaussian_matrix(3, np.random.default_rng(0)).shape
    (3, 3)
    """
    return draw.standard_normal((d, d))


def invertible(
    make: Callable[[np.random.Generator], NDArray[np.float64]], seed: int
) -> tuple[NDArray[np.float64], int]:
    """Draw a matrix until it is not singular; return it and how often it was drawn anew.

    Every singular draw is written to stderr, with the seed.

    Raises
    ------
    FcflowError
        If twenty draws in a row are singular.

    Examples
    --------
    >>> invertible(lambda draw: np.eye(2), seed=3)[1]
    0
    """
    draw = generator(seed, Stream.MATRIX)
    for redraws in range(_MOST_REDRAWS):
        matrix = make(draw)
        if not singular(matrix):
            return matrix, redraws
        sys.stderr.write(f"seed {seed}: draw {redraws + 1} of the matrix is singular, drawn anew\n")
    raise FcflowError(
        f"seed {seed}: {_MOST_REDRAWS} matrices in a row are singular; is the distribution"
        " degenerate?"
    )


def singular(A: NDArray[np.float64]) -> bool:
    """Return whether a square matrix's reciprocal condition number is below working precision.

    Examples
    --------
    >>> singular(np.ones((2, 2))), singular(np.eye(2))
    (True, False)
    """
    lu, _, info = lapack.dgetrf(A)
    if info > 0:
        return True
    reciprocal, _ = lapack.dgecon(lu, np.abs(A).sum(axis=0).max())
    return bool(reciprocal < np.finfo(np.float64).eps)
