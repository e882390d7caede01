"""The lower tail of χ²_d and its Chernoff bound (Lemma 2, [FC] §2).

The lemma says how unlikely a short Gaussian vector is: P(χ²_d ≤ α d) ≤ (α e^(1-α))^(d/2) for
0 < α < 1. Both sides are returned as logarithms, because at d = 2048 they are far below the
smallest floating-point number.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from fcflow.errors import InputError

# The series is summed until a term no longer changes a float64 sum, whose rounding is 1.1e-16.
_NEGLIGIBLE = 1e-17
# A limit on the terms, so that the loop ends. Even for α near 1 the k-th term has fallen to about
# exp(-k² / d), so this many terms reach _NEGLIGIBLE at every d up to 10^8.
_TERMS = 100_000


def log_tail(d: ArrayLike, alpha: ArrayLike) -> NDArray[np.float64]:
    """Return ln P(χ²_d ≤ α d), to rounding, broadcast over d ≥ 1 and 0 < α < 1.

    With a = d/2 and x = α d/2 the probability is

        x^a e^-x / Γ(a+1) · (1 + x/(a+1) + x²/((a+1)(a+2)) + …),

    and the terms of this series fall at least as fast as α^k.

    Raises
    ------
    InputError
        If d < 1 or α is not in (0, 1).

    Examples
    --------
    >>> float(np.exp(log_tail(2, 0.5)).round(6)), float((1 - np.exp(-0.5)).round(6))
    (0.393469, 0.393469)
    """
    a, share = _checked(d, alpha)
    x = share * a
    total, term = np.ones_like(x), np.ones_like(x)
    for k in range(1, _TERMS):
        term = term * x / (a + k)
        total += term
        if (term < _NEGLIGIBLE * total).all():
            break

    tail: NDArray[np.float64] = a * np.log(x) - x - special.gammaln(a + 1) + np.log(total)
    return tail


def log_bound(d: ArrayLike, alpha: ArrayLike) -> NDArray[np.float64]:
    """Return ln (α e^(1-α))^(d/2), the lemma's bound, broadcast over d ≥ 1 and 0 < α < 1.

    Examples
    --------
    >>> float(log_bound(2, 0.5).round(6)), float(np.log(0.5 * np.exp(0.5)).round(6))
    (-0.193147, -0.193147)
    """
    a, share = _checked(d, alpha)
    bound: NDArray[np.float64] = a * exponent(share) * 2.0
    return bound


def exponent(alpha: ArrayLike) -> NDArray[np.float64]:
    """Return ½ ln(α e^(1-α)), the limit of ln P / d as d grows.

    It falls without bound as α → 0.

    Examples
    --------
    >>> float(exponent(1.0)), bool(exponent(1e-12) < -13)
    (0.0, True)
    """
    share = np.asarray(alpha, dtype=np.float64)
    value: NDArray[np.float64] = 0.5 * (np.log(share) + 1.0 - share)
    return value


def _checked(d: ArrayLike, alpha: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    degrees, share = np.asarray(d, dtype=np.float64), np.asarray(alpha, dtype=np.float64)
    if not (degrees >= 1).all():
        raise InputError(f"the dimension must be ≥ 1, got {d!r}")
    if not ((share > 0) & (share < 1)).all():
        raise InputError(f"α must lie in (0, 1), got {alpha!r}")
    half, broadcast = np.broadcast_arrays(degrees / 2.0, share)
    return half, broadcast
