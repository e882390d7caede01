"""The corners of a hypercube, mixed by a Gaussian matrix (Theorem 6, [FC] §3).

The points are x = A z with z ∈ {±1}^d, and z_d is their label.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fcflow.errors import InputError
from fcflow.seeds import Stream, generator


@dataclass(frozen=True)
class HypercubePoints:
    """Points x = A z with their corners.

    Attributes
    ----------
    z : int8 [n, d]
        The corners, entries ±1.
    x : float64 [n, d]
        The points.
    enumerated : bool
        True if these are all 2^d corners, False if they are a uniform sample.
    """

    z: NDArray[np.int8]
    x: NDArray[np.float64]
    enumerated: bool

    @property
    def sign(self) -> NDArray[np.int8]:
        """z_d, [n]: +1 marks class 0 and -1 marks class 1."""
        last: NDArray[np.int8] = self.z[:, -1]
        return last


def draw_matrix(d: int, column_scale: float, seed: int) -> NDArray[np.float64]:
    """Draw A [d, d] with standard Gaussian entries.

    All columns but the last are then multiplied by ``column_scale``. The last column a is the
    feature: it alone carries the label. Scaling the others does not change φ = |R_dd| / ‖a‖.

    Examples
    --------
    >>> draw_matrix(3, column_scale=5.0, seed=1).shape
    (3, 3)
    """
    if d < 1:
        raise InputError(f"the dimension must be ≥ 1, got {d}")
    A = generator(seed, Stream.MATRIX).standard_normal((d, d))
    A[:, :-1] *= column_scale
    return A


def all_corners(d: int) -> NDArray[np.int8]:
    """Return all 2^d corners of {±1}^d, [2^d, d] int8; column k is bit k of the row's number.

    Examples
    --------
    >>> all_corners(2).tolist()
    [[-1, -1], [1, -1], [-1, 1], [1, 1]]
    """
    if not 1 <= d <= 30:  # at d = 30 the corners take 30 GiB
        raise InputError(f"corners can be enumerated for 1 ≤ d ≤ 30, got d = {d} (2^d points)")
    bits = (np.arange(2**d, dtype=np.int64)[:, None] >> np.arange(d)) & 1
    return (2 * bits - 1).astype(np.int8)


def hypercube_points(A: NDArray[np.float64], *, sample: int | None, seed: int) -> HypercubePoints:
    """Return the data of one run: every corner, or a uniform sample of them.

    Parameters
    ----------
    A : float64 [d, d]
        The mixing matrix.
    sample : int or None
        How many corners to draw, independently, or None for all 2^d.
    seed : int
        The run's seed.

    Examples
    --------
    >>> points = hypercube_points(np.eye(3), sample=5, seed=0)
    >>> points.x.shape, points.enumerated
    ((5, 3), False)
    """
    d = A.shape[0]
    if A.shape != (d, d):
        raise InputError(f"A must be square, got shape {A.shape}")
    if sample is None:
        z = all_corners(d)
    elif sample < 1:
        raise InputError(f"a sample needs at least one point, got {sample}")
    else:
        bits = generator(seed, Stream.POINTS).integers(0, 2, (sample, d), dtype=np.int8)
        z = (2 * bits - 1).astype(np.int8)
    return HypercubePoints(z=z, x=z.astype(np.float64) @ A.T, enumerated=sample is None)
