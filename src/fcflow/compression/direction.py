"""The cosine between a direction and a gradient, of arrays of vectors ([FC] §5)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.errors import InputError


def direction_cosine(gradient: ArrayLike, direction: ArrayLike) -> NDArray[np.float64]:
    """Return the signed feature compression cos θ = ⟨∇g, v⟩ / (‖∇g‖ ‖v‖) of arrays of vectors.

    Parameters
    ----------
    gradient, direction : array_like, shape [..., d]
        Vectors along the last axis; the leading axes broadcast.

    Returns
    -------
    ndarray of float64, shape [...]
        In [-1, 1], computed in float64.

    Raises
    ------
    InputError
        If the last axes differ in length, or a vector is zero or not finite.

    Examples
    --------
    >>> float(direction_cosine([3.0, 4.0], [0.0, 2.0]))
    0.8
    """
    u, v = np.asarray(gradient, dtype=np.float64), np.asarray(direction, dtype=np.float64)
    if u.ndim == 0 or v.ndim == 0 or u.shape[-1] != v.shape[-1]:
        raise InputError(
            f"gradient and direction must share their last axis, got shapes {u.shape} and {v.shape}"
        )
    # Scaling by the largest entry first keeps the squares of very small and very large vectors in
    # range.
    peak_u, peak_v = np.abs(u).max(axis=-1, keepdims=True), np.abs(v).max(axis=-1, keepdims=True)
    for name, peak in (("gradient", peak_u), ("direction", peak_v)):
        if not (np.isfinite(peak).all() and (peak > 0).all()):
            raise InputError(f"{name}: every vector must be finite and not zero")
    u, v = u / peak_u, v / peak_v
    cosine = (u * v).sum(axis=-1) / (np.linalg.norm(u, axis=-1) * np.linalg.norm(v, axis=-1))
    clipped: NDArray[np.float64] = np.clip(cosine, -1.0, 1.0)
    return clipped
