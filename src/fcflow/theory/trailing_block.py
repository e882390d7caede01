"""The end of a QR decomposition X = Q R, without computing Q or R (Theorems 1 and 4, [TU] §3).

The proofs attack the last two of d classes. Of the QR decomposition they need only

    T = R[d-1:d, d-1:d]  (2 × 2, upper triangular)   and   P = Q[:, d-1:d].

The last two rows B of X⁻¹ (of the pseudo-inverse if X has more rows than columns) are T⁻¹ Pᵀ, so
both follow from B. Its last row is P's second column over R_dd, and orthogonalising the row before
it gives the rest. B takes one LU decomposition with two right-hand sides, which costs a quarter of
what Q and R do.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.errors import InputError


@dataclass(frozen=True)
class TrailingBlock:
    """The end of a QR decomposition whose diagonal is positive.

    Attributes
    ----------
    T : float64 [..., 2, 2]
        The last two rows and columns of R.
    P : float64 [..., m, 2]
        The last two columns of Q.
    """

    T: NDArray[np.float64]
    P: NDArray[np.float64]


def last_inverse_rows(X: ArrayLike) -> NDArray[np.float64]:
    """Return the last two rows of the inverses of X [..., d, d], as float64 [..., 2, d].

    Raises
    ------
    InputError
        If X is not square with d ≥ 2.
    LinAlgError
        If a matrix is exactly singular.

    Examples
    --------
    >>> last_inverse_rows([[2.0, 0.0], [0.0, 4.0]])
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    matrices = np.asarray(X, dtype=np.float64)
    if matrices.ndim < 2 or matrices.shape[-1] != matrices.shape[-2] or matrices.shape[-1] < 2:
        raise InputError(
            "X must be square with d ≥ 2, there are two classes at least; "
            f"got shape {matrices.shape}"
        )
    units = np.eye(matrices.shape[-1])[:, -2:]
    columns = np.asarray(np.linalg.solve(matrices.swapaxes(-1, -2), units), dtype=np.float64)
    return columns.swapaxes(-1, -2)


def trailing_block(rows: ArrayLike) -> TrailingBlock:
    """Return T and P from the last two rows [..., 2, m] of X's inverse or pseudo-inverse.

    Examples
    --------
    >>> trailing_block([[0.5, 0.0], [0.0, 0.25]]).T
    array([[2., 0.],
           [0., 4.]])
    """
    B = np.asarray(rows, dtype=np.float64)
    before, last = B[..., 0, :], B[..., 1, :]
    r_dd = 1.0 / np.linalg.norm(last, axis=-1)
    p_last = last * r_dd[..., None]
    along = (before * p_last).sum(axis=-1)
    across = before - along[..., None] * p_last
    # Orthogonalised twice, because once leaves rounding along p_last if the rows are nearly
    # parallel.
    across -= (across * p_last).sum(axis=-1, keepdims=True) * p_last
    r_before = 1.0 / np.linalg.norm(across, axis=-1)

    T = np.zeros((*B.shape[:-2], 2, 2))
    T[..., 0, 0], T[..., 1, 1] = r_before, r_dd
    # T⁻¹ = [[1/r11, -r12/(r11 r22)], [0, 1/r22]] and B = T⁻¹ Pᵀ, so ``along`` is -r12 / (r11 r22).
    T[..., 0, 1] = 0.0 - along * r_before * r_dd
    return TrailingBlock(T, np.stack([across * r_before[..., None], p_last], axis=-1))
