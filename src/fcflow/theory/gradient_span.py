"""The part P v of a direction v in the span of two gradients (Theorem 7, [FC] §4).

For independent Gaussian ∇f1, ∇f2 and v in R^d, ‖P v‖² ~ χ²_2 and ‖v‖² ~ χ²_d, and their ratio
follows Beta(1, (d-2)/2), whose mean is exactly 2/d. By the theorem, moving along P v alone changes
both outputs as moving along v does, to first order.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.errors import InputError

# A second gradient whose part outside the first is shorter than this share of it counts as
# parallel. Rounding leaves shares of about 1e-16.
_PARALLEL = 1e-12


def span_projection(
    gradient1: ArrayLike, gradient2: ArrayLike, v: ArrayLike
) -> NDArray[np.float64]:
    """Return P v, the projection of v onto span{∇f1, ∇f2}, of shape [..., d] with d ≥ 2.

    Raises
    ------
    InputError
        If the shapes do not fit.

    Examples
    --------
    >>> span_projection([1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [3.0, 4.0, 5.0])
    array([3., 4., 0.])
    """
    g1, g2, vector = (np.asarray(array, dtype=np.float64) for array in (gradient1, gradient2, v))
    if not g1.shape == g2.shape == vector.shape or vector.ndim < 1 or vector.shape[-1] < 2:
        raise InputError(
            "gradients and v must be [..., d] with d ≥ 2, "
            f"got {g1.shape}, {g2.shape}, {vector.shape}"
        )

    q1 = _unit(g1)
    # Orthogonalised twice, because once leaves rounding along q1 if the gradients are nearly
    # parallel.
    rest = g2 - _along(q1, g2)
    q2 = _unit(np.where(_length(rest) > _PARALLEL * _length(g2), rest - _along(q1, rest), 0.0))
    projection: NDArray[np.float64] = _along(q1, vector) + _along(q2, vector)
    return projection


def span_energies(
    gradient1: ArrayLike, gradient2: ArrayLike, v: ArrayLike
) -> tuple[NDArray[np.float64], ...]:
    """Return ‖P v‖² and ‖v‖², each of shape [...].

    Examples
    --------
    >>> span_energies([1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [3.0, 4.0, 5.0])
    (np.float64(25.0), np.float64(50.0))
    """
    projection = span_projection(gradient1, gradient2, v)
    return (projection**2).sum(axis=-1), (np.asarray(v, dtype=np.float64) ** 2).sum(axis=-1)


def first_order_residual(
    outputs: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    jacobian: ArrayLike,
    x: ArrayLike,
    x1: ArrayLike,
    x2: ArrayLike,
    epsilons: ArrayLike,
) -> NDArray[np.float64]:
    """Return the relative error of moving within the gradients' span alone, [epsilons].

    Theorem 7 says that q = ε P (x2 - x1) makes f(x + ε x1 + q) equal to f(x + ε x2) to first order
    in ε, for both outputs. The error is max |f(x + ε x1 + q) - f(x + ε x2)|, divided by
    max |f(x + ε x1) - f(x + ε x2)|. It must vanish as ε → 0.

    Parameters
    ----------
    outputs : callable
        From points [n, d] to the two outputs [n, 2], in float64.
    jacobian : array_like, shape [2, d]
        ∇f1 and ∇f2 at x.
    x, x1, x2 : array_like, shape [d]
    epsilons : array_like, shape [k]

    Raises
    ------
    InputError
        If the outputs do not change at all between x + ε x1 and x + ε x2.

    Examples
    --------
    >>> W = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 0.0]])
    >>> x, x1, x2 = np.zeros(3), np.ones(3), np.arange(3.0)
    >>> first_order_residual(lambda x: x @ W.T, W, x, x1, x2, [0.5, 0.25]).round(9)
    array([0., 0.])
    """
    gradients, base, start, end = (
        np.asarray(array, dtype=np.float64) for array in (jacobian, x, x1, x2)
    )
    steps = np.asarray(epsilons, dtype=np.float64)[:, None]
    q = span_projection(gradients[0], gradients[1], end - start)
    at_start, at_end = outputs(base + steps * start), outputs(base + steps * end)
    moved = outputs(base + steps * (start + q))

    change = np.abs(at_start - at_end).max(axis=1)
    if not (change > 0).all():
        raise InputError(
            "the outputs are the same at x + ε x1 and x + ε x2: there is no change to compare with"
        )
    residual: NDArray[np.float64] = np.abs(moved - at_end).max(axis=1) / change
    return residual


def _length(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    length: NDArray[np.float64] = np.linalg.norm(vector, axis=-1, keepdims=True)
    return length


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    length = _length(vector)
    return vector / np.where(length > 0, length, 1.0)


def _along(unit: NDArray[np.float64], vector: NDArray[np.float64]) -> NDArray[np.float64]:
    along: NDArray[np.float64] = (unit * vector).sum(axis=-1, keepdims=True) * unit
    return along
