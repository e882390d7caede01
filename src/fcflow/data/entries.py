"""Mixing matrices whose entries need not be Gaussian; beyond Theorem 6, which has Gaussian ones."""

from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from fcflow.errors import InputError
from fcflow.seeds import Stream, generator

Entries = Literal["gaussian", "student_t3", "laplace", "uniform", "sign", "sparse"]
ENTRIES: tuple[Entries, ...] = get_args(Entries)

_DENSITY = 0.3  # of sparse matrices: 2.4 of 8 entries of a column are not zero
_MOST_REDRAWS = 10_000


class MixingMatrix(NamedTuple):
    """A matrix A, and how many singular ones were drawn before it.

    Attributes
    ----------
    A : float64 [d, d]
    redraws : int
    """

    A: NDArray[np.float64]
    redraws: int


def draw_mixing_matrix(
    d: int, column_scale: float, seed: int, entries: Entries = "gaussian"
) -> MixingMatrix:
    """Draw A [d, d] with independent entries of mean 0 and variance 1, until it is not singular.

    All columns but the last, which is the feature, are then multiplied by ``column_scale``. A
    singular matrix has no classifier without errors; discrete and sparse entries make some.

    Parameters
    ----------
    d : int
    column_scale : float
    seed : int
        The run's seed.
    entries : {"gaussian", "student_t3", "laplace", "uniform", "sign", "sparse"}
        ``student_t3`` is Student's t with 3 degrees of freedom, whose fourth moment is infinite;
        ``sign`` is ±1; ``sparse`` is 0 with probability 0.7, else Gaussian.

    Raises
    ------
    InputError
        If there is no such distribution, or hardly any matrix of it is not singular.

    Examples
    --------
    >>> draw_mixing_matrix(2, 5.0, seed=2, entries="sign").A.tolist()
    [[5.0, -1.0], [-5.0, -1.0]]
    """
    if d < 1:
        raise InputError(f"the dimension must be ≥ 1, got {d}")
    if entries not in ENTRIES:
        raise InputError(f"entries must be one of {', '.join(ENTRIES)}, got {entries!r}")
    draw = generator(seed, Stream.MATRIX)
    for redraws in range(_MOST_REDRAWS):
        A = _drawn(draw, (d, d), entries)
        if np.linalg.matrix_rank(A) == d:
            A[:, :-1] *= column_scale
            return MixingMatrix(A, redraws)
    raise InputError(f"{_MOST_REDRAWS} matrices of d = {d} with {entries} entries are singular")


def _drawn(
    draw: np.random.Generator, shape: tuple[int, int], entries: Entries
) -> NDArray[np.float64]:
    values: NDArray[np.float64]
    if entries == "student_t3":
        values = draw.standard_t(3, shape) / np.sqrt(3.0)
    elif entries == "laplace":
        values = draw.laplace(0.0, np.sqrt(0.5), shape)
    elif entries == "uniform":
        values = draw.uniform(-np.sqrt(3.0), np.sqrt(3.0), shape)
    elif entries == "sign":
        values = np.asarray(2.0 * draw.integers(0, 2, shape) - 1.0, dtype=np.float64)
    else:
        values = draw.standard_normal(shape)
    if entries == "sparse":
        values *= (draw.random(shape) < _DENSITY) / np.sqrt(_DENSITY)
    return values
