"""The compiled backward pass of :mod:`fcflow.networks.pooled_convolution`.

Everything that the compiled code calls is in this file: Numba's cache on disk is renewed when this
file changes, but does not notice changes in other files.
"""

from typing import Any

import numpy as np
from numba import njit

# Products may be fused with sums, but sums are not reordered. They need not be: the inner loops add
# to independent elements, which vector instructions do without reordering.
_COMPILE: dict[str, Any] = {
    "fastmath": {"contract"},
    "error_model": "numpy",
    "nogil": True,
    "cache": True,
}


@njit(**_COMPILE)
def add_gradients(slope, where, x, weight, dx, dweight, of_weight):
    """Add the gradients by the input to dx and, with ``of_weight``, by the weights to dweight.

    ``slope`` and ``where`` are [n, c, pooled pixels], ``x`` and ``dx`` are [n, h, w, k], and
    ``weight`` and ``dweight`` are [c, 3, 3, k]. ``where`` holds max-pooling's indices: a pixel of
    the convolution's output has the number row · (w - 2) + column. Pixels whose slope is zero are
    left out.
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
            # The slopes that are not zero move to the front. There is no branch on which ones they
            # are, because the processor could not predict it.
            for p in range(pixels):
                value[count], start[count] = slope[i, j, p], where[i, j, p]
                count += slope[i, j, p] != 0
            # From output pixels to offsets in the input's flat array.
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
