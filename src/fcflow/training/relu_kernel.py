"""The compiled element-wise steps of :mod:`fcflow.training.relu`; BLAS does the matrix products.

Everything that the compiled code calls is in this file: Numba's cache on disk is renewed when this
file changes, but does not notice changes in other files.
"""

from typing import Any

import numpy as np
from numba import njit

# Sums may be reordered, which allows vector instructions, and products may be fused with sums. NaN
# and infinity keep their meaning.
_COMPILE: dict[str, Any] = {
    "fastmath": {"reassoc", "nsz", "contract", "arcp"},
    "error_model": "numpy",
    "nogil": True,
    "cache": True,
}


@njit(**_COMPILE)
def rectify(z):
    """Replace z by relu(z)."""
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            value = z[i, j]
            z[i, j] = value if value > 0 else value * 0  # NaN stays NaN


@njit(**_COMPILE)
def rectify_and_read(z, s, gap):
    """Replace z [m, B] by relu(z) and add s·relu(z) to gap [B]."""
    zero = z.dtype.type(0)
    for i in range(z.shape[0]):
        row = z[i]
        weight = s[i]
        for j in range(row.shape[0]):
            value = max(row[j], zero)
            row[j] = value
            gap[j] += weight * value


@njit(**_COMPILE)
def loss_slopes(gap, sign):
    """Replace the gaps by the derivatives of the batch's mean cross-entropy; return their sum."""
    one = gap.dtype.type(1)
    share = one / gap.dtype.type(gap.shape[0])
    total = gap.dtype.type(0)
    for j in range(gap.shape[0]):
        slope = -sign[j] * share / (one + np.exp(sign[j] * gap[j]))
        gap[j] = slope
        total += slope
    return total


@njit(**_COMPILE)
def read_back(a, s, slope, ds):
    """Go back through the gap s·a to the last hidden layer, a = relu(z) [m, B].

    ``ds`` [m] becomes the gradient a·slope by s, and ``a`` becomes dL/dz = s slope 1[z > 0].
    """
    zero = a.dtype.type(0)
    for i in range(a.shape[0]):
        row = a[i]
        weight = s[i]
        total = zero
        for j in range(row.shape[0]):
            value = row[j]
            total += value * slope[j]
            row[j] = weight * slope[j] if value > zero else zero
        ds[i] = total


@njit(**_COMPILE)
def mask(gradient, a):
    """Set the gradient [m, B] to zero where the activation a [m, B] is."""
    zero = a.dtype.type(0)
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            gradient[i, j] = gradient[i, j] if a[i, j] > zero else zero


@njit(**_COMPILE)
def adam_step(p, m, v, gradient, step, root_scale, eps, b1, one_b1, b2, one_b2):
    """Take Adam's step for all weights p; every array is flat."""
    for i in range(p.shape[0]):
        g = gradient[i]
        mean = b1 * m[i] + one_b1 * g
        square = b2 * v[i] + one_b2 * g * g
        m[i] = mean
        v[i] = square
        p[i] -= step * mean / (np.sqrt(square) * root_scale + eps)
