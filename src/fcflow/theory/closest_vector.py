"""The optimal classifier's robustness at a point, a closest-vector problem (Theorem 6, [FC] §3).

The minimum-distance classifier errs at x = A z once x has moved half the way to the nearest point A
z' of the other class. With δ = (z - z') / 2, whose entries are 0 or z_k, and δ_d = z_d because the
classes differ,

    half distance = min ‖A δ‖ over δ_k ∈ {0, z_k} (k < d), δ_d = z_d.

Changing z_d alone gives δ = z_d e_d and the papers' value ‖a‖, so ‖a‖ is an upper bound. The
minimum is found by sphere decoding: a depth-first search over the entries of δ on the triangular
factor of A's other columns, nearer branch first (Schnorr and Euchner), cut off where the part
decided costs as much as the best found. It is exact. The feature's component outside the other
columns' span, |R_dd|, is a cost that no δ avoids.

Columns are ordered by sorted QR (the smallest remaining one next), so that the entries decided
first cost most.
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
        False where the search was stopped at ``max_nodes``: ``half_distance`` is then an upper
        bound only.
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
        Give up after so many nodes of the search tree. Default: never.

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
            f"z must be one corner, shape [d], got shape {corner.shape}; see closest_points for"
            " many"
        )
    found = closest_points(A, corner[None, :], max_nodes=max_nodes)
    if not found.proved[0]:
        raise SearchLimitError(
            f"the search stopped at max_nodes = {max_nodes} with {found.half_distance[0]:.6g} as an"
            " upper bound; allow more nodes, or pass max_nodes=None"
        )
    return float(found.half_distance[0])


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
    # Only δ's sign pattern relative to z matters, so u = δ z ∈ {0, 1} is searched for, with R's
    # columns signed by z.
    target = -np.outer(corners[:, -1], a @ Q)
    signs = np.ascontiguousarray(corners[:, order])
    u, proved, nodes = search_all(R, target, signs, np.int64(max_nodes or np.iinfo(np.int64).max))
    delta = np.zeros_like(corners)
    delta[:, order] = u * corners[:, order]
    delta[:, -1] = corners[:, -1]
    # The norm is taken again from A and δ: a rounding error inside the search cannot reach the
    # result.
    half_distance: NDArray[np.float64] = np.linalg.norm(delta @ matrix.T, axis=1)
    return ClosestPoints(half_distance, delta.astype(np.int8), proved, nodes)


def sorted_qr(
    B: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return order, Q [d, k] and R [k, k] with B[:, order] = Q R.

    At each step the shortest remaining column is taken.
    """
    k = B.shape[1]
    rest = B.copy()
    remaining = list(range(k))
    order = np.empty(k, dtype=np.int64)
    for step in range(k):
        lengths = np.einsum("ij,ij->j", rest[:, remaining], rest[:, remaining])
        chosen = remaining.pop(int(np.argmin(lengths)))
        order[step] = chosen
        length = np.linalg.norm(rest[:, chosen])
        if length > 0 and remaining:
            direction = rest[:, chosen] / length
            rest[:, remaining] -= np.outer(direction, direction @ rest[:, remaining])
    # The order comes from Gram-Schmidt; the factors that are computed with come from Householder.
    Q, R = np.linalg.qr(B[:, order])
    return order, np.ascontiguousarray(Q), np.ascontiguousarray(R)
