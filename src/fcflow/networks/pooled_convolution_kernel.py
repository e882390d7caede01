"""The compiled backward pass of :mod:`fcflow.networks.pooled_convolution`.

Everything that compiled code calls stands in this file: the compiler's cache on disk knows when
this file changes, and would not notice a change in another.
"""

from typing import Any

import numpy as np
from numba import njit

# Products may be fused with sums; their order stays as written, and rows of pixels are independent
# sums.
_COMPILE: dict[str, Any] = {
    "fastmath": {"contract"},
    "error_model": "numpy",
    "nogil": True,
    "cache": True,
}


@njit(**_COMPILE)
def add_gradients(slope, where, x, weight, dx, dweight, of_weight):
    """Add the gradients by the input to dx and, if asked for, by the weights to dweight; zeros in slope cost nothing.

    ``slope`` and ``where`` are [n, c, pooled pixels], ``x`` and ``dx`` [n, h, w, k], the weights
    [c, 3, 3, k]. A pixel of the convolution's output has the number that max-pooling gives it, row
    times (w - 2) plus column.
    """
    n, channels, pixels = slope.shape
    width, k = x.shape[2], x.shape[3]
    size, line = 3 * k, width * k
    value = np.empty(pixels, dtype=slope.dtype)
    start = np.empty(pixels, dtype=np.int64)
    for i in range(n):
        xi, dxi = x[i].reshape(-1), dx[i].reshape(-1)
        for j in range(channels):
            count = 0
            for p in range(pixels):  # without a branch: which slopes are zero cannot be predicted
                value[count], start[count] = slope[i, j, p], where[i, j, p]
                count += slope[i, j, p] != 0
            for q in range(count):
                row, column = divmod(start[q], width - 2)
                start[q] = row * line + column * k
            wj, dwj = weight[j].reshape(-1), dweight[j].reshape(-1)
            for r in range(3):
                w, dw = wj[r * size : (r + 1) * size], dwj[r * size : (r + 1) * size]
                for q in range(count):
                    v, at = value[q], start[q] + r * line
                    xq, dxq = xi[at : at + size], dxi[at : at + size]
                    if of_weight:
                        for t in range(size):
                            dxq[t] += v * w[t]
                            dw[t] += v * xq[t]
                    else:
                        for t in range(size):
                            dxq[t] += v * w[t]
