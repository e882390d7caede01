"""The optimal classifier's robustness at a point, by an exact search (Theorem 6, [FC] §3).

The minimum-distance classifier errs at x = A z once x has moved half the way to the nearest point
A z' of the other class. With δ = (z - z') / 2, whose entries are 0 or z_k, and δ_d = z_d because
the classes differ,

    half distance = min ‖A δ‖ over δ_k ∈ {0, z_k} (k < d), δ_d = z_d.

This is a closest-vector problem. Changing z_d alone gives δ = z_d e_d and the papers' value ‖a‖, so
‖a‖ is an upper bound. The feature's component outside the other columns' span, of length |R_dd|, is
a lower bound: every A δ has it.

The minimum is computed by sphere decoding: a depth-first search over the entries of δ, on the
triangular factor of A's other columns. The nearer of an entry's two values is tried first (Schnorr
and Euchner), and a branch is cut off once its decided entries cost as much as the best complete δ
so far. The result is exact.

Columns are ordered by sorted QR, which takes the shortest remaining column next. The entries
decided first then cost most, so that branches are cut off early.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.errors import InputError, SearchLimitError
from fcflow.theory.closest_vector_kernel import search_all


@dataclass(frozen=True)
class ClosestPoints:
    """The nearest point of the other class, for each of n corners.

    Attributes
    ----------
    half_distance : float64 [n]
        Half the distance from A z to the nearest A z' with z'_d = -z_d: what the optimal classifier
        tolerates.
    delta : int8 [n, d]
        (z - z') / 2, entries in {-1, 0, 1}.
    proved : bool [n]
        False if the search stopped at ``max_nodes``; ``half_distance`` is then only an upper
        bound.
    nodes : int64 [n]
        Nodes of the search tree that were visited.
    """

    half_distance: NDArray[np.float64]
    delta: NDArray[np.int8]
    proved: NDArray[np.bool_]
    nodes: NDArray[np.int64]


def nearest_other_class(A: ArrayLike, z: ArrayLike, *, max_nodes: int | None = None) -> float:
    """Return half the distance from the point A z to the nearest point of the other class, exactly.

    Parameters
    ----------
    A : array_like, shape [d, d]
        The mixing matrix.
    z : array_like, shape [d]
        A corner of {±1}^d; its last entry is the label.
    max_nodes : int, optional
        Stop after visiting this many nodes of the search tree. Default: never stop early.

    Returns
    -------
    float
        The L2 norm of the smallest perturbation at which the minimum-distance classifier errs.

    Raises
    ------
    InputError
        If A is not square and finite, or z is not a corner.
    SearchLimitError
        If ``max_nodes`` was reached.

    Examples
    --------
    >>> nearest_other_class([[1.0, 0.0], [0.0, 3.0]], [1, -1])
    3.0
    """
    corner = np.asarray(z)
    if corner.ndim != 1:
        raise InputError(
            f"z must be one corner, shape [d], got shape {corner.shape}; "
            "see closest_points for many"
        )
    nearest = closest_points(A, corner[None, :], max_nodes=max_nodes)
    half_distance = float(nearest.half_distance[0])
    if not nearest.proved[0]:
        raise SearchLimitError(
            f"the search stopped at max_nodes = {max_nodes} with {half_distance:.6g} as an upper "
            "bound; allow more nodes, or pass max_nodes=None"
        )
    return half_distance


def closest_points(A: ArrayLike, z: ArrayLike, *, max_nodes: int | None = None) -> ClosestPoints:
    """Return the nearest point of the other class for each of n corners of one matrix.

    The arguments are those of :func:`nearest_other_class`, with z of shape [n, d].

    Examples
    --------
    >>> closest_points([[1.0, 1.0], [0.0, 1.0]], [[1, 1], [-1, 1]]).delta.tolist()
    [[0, 1], [-1, 1]]
    """
    matrix, corners = np.asarray(A, dtype=np.float64), np.asarray(z)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not np.isfinite(matrix).all():
        raise InputError(f"A must be a finite square matrix, got shape {matrix.shape}")
    d = matrix.shape[0]
    if corners.ndim != 2 or corners.shape[1] != d or not np.isin(corners, (-1, 1)).all():
        raise InputError(f"z must hold corners of {{±1}}^{d}, shape [n, {d}]")
    if max_nodes is not None and max_nodes < 1:
        raise InputError(f"max_nodes must be ≥ 1, got {max_nodes}")

    corners = corners.astype(np.float64)
    order, Q, R = sorted_qr(matrix[:, :-1])
    a = matrix[:, -1]
    # Each δ_k is either 0 or z_k, so the search is for u = δ z ∈ {0, 1}, with z's signs on R's
    # columns.
    target = -np.outer(corners[:, -1], a @ Q)
    signs = np.ascontiguousarray(corners[:, order])
    u, proved, nodes = search_all(R, target, signs, np.int64(max_nodes or np.iinfo(np.int64).max))

    delta = np.zeros_like(corners)
    delta[:, order] = u * corners[:, order]
    delta[:, -1] = corners[:, -1]

    # The norm is computed from A and δ, so that rounding inside the search cannot reach the result.
    half_distance: NDArray[np.float64] = np.linalg.norm(delta @ matrix.T, axis=1)
    return ClosestPoints(half_distance, delta.astype(np.int8), proved, nodes)


def sorted_qr(
    B: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return order, Q [d, k] and R [k, k] with B[:, order] = Q R.

    The next column is always the one whose part outside the span of those before it is shortest.
    """
    k = B.shape[1]
    rest = B.copy()
    remaining = list(range(k))
    order = np.empty(k, dtype=np.int64)
    for step in range(k):
        lengths = np.einsum("ij,ij->j", rest[:, remaining], rest[:, remaining])
        column = remaining.pop(int(np.argmin(lengths)))
        order[step] = column
        length = np.linalg.norm(rest[:, column])
        if length > 0 and remaining:
            direction = rest[:, column] / length
            rest[:, remaining] -= np.outer(direction, direction @ rest[:, remaining])

    # Gram-Schmidt decides the order alone. Q and R come from Householder's method, which loses less
    # to rounding.
    Q, R = np.linalg.qr(B[:, order])
    return order, np.ascontiguousarray(Q), np.ascontiguousarray(R)
