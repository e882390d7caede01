"""The attack on the network that Theorem 6 assumes ([TU] §4, [FC] §3).

Its weights are exactly ±Q[:, d] / R_dd. At x = A z, with A = Q R, its two outputs are
f₊ = ⟨Q[:, d], x⟩ / R_dd = z_d and f₋ = -f₊. Moving x by -2 z_d R_dd Q[:, d] exchanges them, and
half of that reaches the boundary. For Gaussian A, |R_dd| is distributed as |N(0, 1)| at every d.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.errors import InputError


@dataclass(frozen=True)
class HypercubeAttack:
    """The attack of Theorem 6's proof on n points of one matrix.

    Attributes
    ----------
    boundary_norm : float
        |R_dd|, the least perturbation of every point.
    e : float64 [n, d]
        The proof's perturbations, of norm 2 |R_dd|.
    outputs : float64 [n]
        f₊(x + e), which is -z_d up to rounding.
    """

    boundary_norm: float
    e: NDArray[np.float64]
    outputs: NDArray[np.float64]


def attack_hypercube(A: ArrayLike, z: ArrayLike) -> HypercubeAttack:
    """Attack the points x = A z of the network with the weights ±(A⁻¹)[d, :].

    Parameters
    ----------
    A : array_like, shape [d, d]
    z : array_like, shape [n, d]
        Corners of {±1}^d; the last entry is the label.

    Raises
    ------
    InputError
        If A is singular, or the shapes do not fit.

    Examples
    --------
    >>> attack = attack_hypercube([[1.0, 4.0], [0.0, 3.0]], [[1, 1], [1, -1]])
    >>> attack.boundary_norm, (attack.e.round(9) + 0.0).tolist(), attack.outputs.round(9).tolist()
    (3.0, [[0.0, -6.0], [0.0, 6.0]], [-1.0, 1.0])
    """
    matrix, corners = np.asarray(A, dtype=np.float64), np.asarray(z, dtype=np.float64)
    if (
        matrix.ndim != 2
        or corners.ndim != 2
        or matrix.shape != (corners.shape[1], corners.shape[1])
    ):
        raise InputError(f"A must be [d, d] and z [n, d], got {matrix.shape} and {corners.shape}")
    try:
        weight = np.asarray(np.linalg.solve(matrix.T, np.eye(len(matrix))[:, -1]), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise InputError(
            "A is singular: no network separates its classes as Theorem 6 assumes"
        ) from None
    boundary = 1.0 / np.linalg.norm(weight)
    e = -2.0 * np.outer(corners[:, -1], weight * boundary**2) + 0.0
    return HypercubeAttack(float(boundary), e, (corners @ matrix.T + e) @ weight)
