"""The least distance between two classes of Theorem 6's points, exactly ([TU] §4, [FC] §3).

Points x = A z and x' = A z' of different classes differ by 2 A δ with δ ∈ {-1, 0, 1}^d and
δ_d = ±1, and every such δ occurs. So the least distance between the classes is 2 min ‖A δ‖ over
δ_k ∈ {-1, 0, 1} (k < d) with δ_d = 1. This is a closest-vector problem with three choices for each
entry, and it is searched as in :mod:`fcflow.theory.closest_vector`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.errors import InputError
from fcflow.theory.class_distance_kernel import search_ternary
from fcflow.theory.closest_vector import sorted_qr


@dataclass(frozen=True)
class ClassDistance:
    """The nearest points of the two classes.

    Attributes
    ----------
    distance : float
        Their distance 2 ‖A δ‖.
    delta : int8 [d]
        (z - z') / 2.
    proved : bool
        False if the search stopped at ``max_nodes``; ``distance`` is then only an upper bound.
    nodes : int
        Nodes of the search tree that were visited.
    """

    distance: float
    delta: NDArray[np.int8]
    proved: bool
    nodes: int


def class_distance(A: ArrayLike, *, max_nodes: int | None = None) -> ClassDistance:
    """Return the least distance between the points of both classes of one matrix.

    Parameters
    ----------
    A : array_like, shape [d, d]
    max_nodes : int, optional
        Stop after visiting this many nodes of the search tree. Default: never stop early.

    Raises
    ------
    InputError
        If A is not square and finite, or ``max_nodes`` is below 1.

    Examples
    --------
    >>> class_distance([[3.0, 2.0], [0.0, 1.0]]).delta
    array([-1,  1], dtype=int8)
    """
    matrix = np.asarray(A, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not np.isfinite(matrix).all():
        raise InputError(f"A must be a finite square matrix, got shape {matrix.shape}")
    if max_nodes is not None and max_nodes < 1:
        raise InputError(f"max_nodes must be ≥ 1, got {max_nodes}")

    order, Q, R = sorted_qr(matrix[:, :-1])
    target = -(matrix[:, -1] @ Q)
    u, proved, nodes = search_ternary(R, target, np.int64(max_nodes or np.iinfo(np.int64).max))

    delta = np.zeros(matrix.shape[0])
    delta[order] = u
    delta[-1] = 1.0

    # The norm is computed from A and δ, so that rounding inside the search cannot reach the result.
    distance = 2.0 * float(np.linalg.norm(matrix @ delta))
    return ClassDistance(distance, delta.astype(np.int8), bool(proved), int(nodes))
