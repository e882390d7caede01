"""Where a linear network looks that separates the classes by the widest margin ([FC] §3).

Minimum-loss training of a linear network goes on for ever, and its direction tends to that of the
widest margin (Soudry et al. 2018; Ji and Telgarsky 2019 for layers of weights). Theorem 6 speaks of
another one: weights that fit logits of one size, whose direction is (A⁻¹)[d, :], for which |cos θ1|
is φ. The two agree where the nearest points of the two classes' convex hulls lie inside the hulls'
faces, and differ elsewhere.

The hulls are {A ζ : |ζ_k| ≤ 1, ζ_d = ±1}, each other's mirror images through zero. So half their
distance is min ‖a + B ζ‖ over |ζ_k| ≤ 1, with B the columns of A but the last, and the widest
margin's direction is that of the residual. Without the bounds on ζ the residual has the length
|R_dd| and the direction (A⁻¹)[d, :].
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.errors import InputError


def margin_direction(A: ArrayLike) -> NDArray[np.float64]:
    """Return the direction of the widest margin, as long as the margin is wide.

    Parameters
    ----------
    A : array_like, shape [d, d]
        The mixing matrix, invertible.

    Returns
    -------
    float64 [d]
        Its length is half the hulls' distance, which is the margin.

    Raises
    ------
    InputError
        If A is not square and finite.

    Examples
    --------
    >>> margin_direction([[5.0, 3.0], [0.0, 4.0]]).round(6) + 0.0
    array([0., 4.])
    >>> margin_direction([[1.0, 3.0], [0.0, 4.0]])
    array([2., 4.])
    """
    matrix = np.asarray(A, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not np.isfinite(matrix).all():
        raise InputError(f"A must be a finite square matrix, got shape {matrix.shape}")
    a, B = matrix[:, -1], matrix[:, :-1]
    if B.shape[1] == 0:
        return a.copy()
    # Imported here because it takes a third of a second.
    from scipy.optimize import lsq_linear

    zeta = lsq_linear(B, -a, bounds=(-1.0, 1.0), method="bvls").x
    residual: NDArray[np.float64] = a + B @ zeta
    return residual


def margin_cosine(A: ArrayLike) -> float:
    """Return |cos θ1| of the widest margin: where training that never ends would arrive.

    It is φ or more.

    Examples
    --------
    >>> round(margin_cosine([[5.0, 3.0], [0.0, 4.0]]), 6)
    0.8
    """
    direction, a = margin_direction(A), np.asarray(A, dtype=np.float64)[:, -1]
    cosine = abs(float(direction @ a)) / float(np.linalg.norm(direction) * np.linalg.norm(a))
    return min(cosine, 1.0)
