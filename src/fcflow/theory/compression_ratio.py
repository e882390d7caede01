"""The theoretical compression ratio φ = |R_dd| / ‖a‖ and its law (Theorem 6, [FC] §3)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.errors import InputError


def compression_ratio(A: ArrayLike) -> NDArray[np.float64]:
    """Return φ = |R_dd| / ‖a‖ of each matrix A = Q R.

    It is the share of the feature a = A[:, d] that lies outside the other columns' span.

    Parameters
    ----------
    A : array_like, shape [..., d, d]
        The mixing matrices.

    Returns
    -------
    ndarray of float64, shape [...]
        In [0, 1]. Zero for a singular matrix whose last column depends on the others.

    Raises
    ------
    InputError
        If a matrix is not square, or has a last column that is zero or not finite.

    Examples
    --------
    >>> float(compression_ratio([[1.0, 4.0], [0.0, 3.0]]))
    0.6
    """
    matrices = np.asarray(A, dtype=np.float64)
    if matrices.ndim < 2 or matrices.shape[-1] != matrices.shape[-2] or matrices.shape[-1] == 0:
        raise InputError(f"A must be square, [..., d, d] with d ≥ 1, got shape {matrices.shape}")
    feature = np.linalg.norm(matrices[..., -1], axis=-1)
    if not np.isfinite(matrices).all() or not (feature > 0).all():
        raise InputError("A must be finite and its last column, the feature, must not be zero")
    R_dd = np.abs(np.linalg.qr(matrices).R[..., -1, -1])
    ratio: NDArray[np.float64] = np.minimum(R_dd / feature, 1.0)
    return ratio


def inverse_last_row(A: ArrayLike) -> NDArray[np.float64]:
    """Return the last row of A⁻¹, [..., d], computed as Q[:, d] / R_dd.

    By Theorem 6 a network's probing vector has this direction.

    Examples
    --------
    >>> inverse_last_row([[2.0, 0.0], [0.0, 4.0]])
    array([0.  , 0.25])
    """
    matrices = np.asarray(A, dtype=np.float64)
    Q, R = np.linalg.qr(matrices)
    R_dd = R[..., -1, -1]
    if not (np.abs(R_dd) > 0).all():
        raise InputError("A is singular: its inverse has no last row")
    row: NDArray[np.float64] = Q[..., :, -1] / R_dd[..., None] + 0.0  # + 0.0 turns -0.0 into 0.0
    return row


def expected_compression_ratio(d: ArrayLike) -> NDArray[np.float64]:
    """Return E φ over Gaussian matrices, Γ(d/2) / (√π Γ((d+1)/2)), about √(2/(π d)) for large d.

    The last column a is independent of Q[:, d], the unit vector orthogonal to the other columns. So
    φ is distributed as the absolute value of one coordinate of a uniformly random unit vector of
    R^d, whatever the scale of the other columns.

    Examples
    --------
    >>> expected_compression_ratio([1, 2]).round(4)
    array([1.    , 0.6366])
    """
    # Imported here because it takes a third of a second, which steps that need only φ save.
    from scipy.special import gammaln

    half = np.asarray(d, dtype=np.float64) / 2.0
    if not (half >= 0.5).all():
        raise InputError(f"the dimension must be ≥ 1, got {d!r}")
    ratio: NDArray[np.float64] = np.exp(gammaln(half) - gammaln(half + 0.5)) / np.sqrt(np.pi)
    return ratio
