"""The compiled inner loop of :mod:`fcflow.training.affine`, which explains what is computed.

Everything that the compiled code calls is in this file: Numba's cache on disk is renewed when this
file changes, but does not notice changes in other files.
"""

from math import sqrt
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

# A step goes through the first layer in blocks of hidden units and reads every block twice. With at
# most this many weights, 256 KiB in float32, a block is still in the L2 cache the second time.
_BLOCK_WEIGHTS = 65_536
# At large d a block has more weights than that, rather than fewer hidden units than this: the inner
# loops go over a block's hidden units, and short loops waste time on starting and ending.
_BLOCK_UNITS = 128


@njit(**_COMPILE)
def _dot(a, b):
    total = a.dtype.type(0)
    for i in range(a.shape[0]):
        total += a[i] * b[i]
    return total


@njit(**_COMPILE)
def _add_scaled(factor, a, into):
    for i in range(into.shape[0]):
        into[i] += factor * a[i]


@njit(**_COMPILE)
def _adam_row(p, m, v, s, s_next, factor, step, root_scale, eps, b1, one_b1, b2, one_b2):
    """Take Adam's step for a row of weights p with the gradient ``factor * s``.

    m and v are Adam's two averages. Return ⟨s_next, p⟩ with the new p.
    """
    total = p.dtype.type(0)
    for i in range(p.shape[0]):
        gradient = factor * s[i]
        mean = b1 * m[i] + one_b1 * gradient
        square = b2 * v[i] + one_b2 * gradient * gradient
        m[i] = mean
        v[i] = square
        new = p[i] - step * mean / (np.sqrt(square) * root_scale + eps)
        p[i] = new
        total += s_next[i] * new
    return total


@njit(**_COMPILE)
def _gap_gradient(w, bias, inputs, signs, batch, G):
    """Write dL/dw of a batch's mean cross-entropy to G and return dL/dc."""
    one = w.dtype.type(1)
    total = w.dtype.type(0)
    G[:] = 0
    for t in range(batch.shape[0]):
        x = inputs[batch[t]]
        sign = signs[batch[t]]
        slope = -sign / (one + np.exp(sign * (bias + _dot(w, x))))
        total += slope
        _add_scaled(slope, x, G)
    share = one / w.dtype.type(batch.shape[0])
    for k in range(G.shape[0]):
        G[k] *= share
    return total * share


@njit(**_COMPILE)
def _all_correct(w, bias, inputs, signs):
    for j in range(inputs.shape[0]):
        if not signs[j] * (bias + _dot(w, inputs[j])) > 0:
            return False
    return True


@njit(**_COMPILE)
def _take_gap(first, second, s, w):
    """Set s to H2[0] - H2[1] and w to (H1ᵀ; δ1) s, so that the gap of x is ⟨w, (x, 1)⟩ + bias."""
    for i in range(s.shape[0]):
        s[i] = second[0, i] - second[1, i]
    for k in range(w.shape[0]):
        w[k] = _dot(s, first[k])


@njit(**_COMPILE)
def train_in_place(
    first,
    second,
    last,
    inputs,
    signs,
    order,
    batch_size,
    rate,
    beta1,
    beta2,
    epsilon,
    stop_when_perfect,
):
    """Train in place and return the number of epochs done.

    ``first`` [d+1, m] is (H1ᵀ; δ1), ``second`` [2, m] is H2 and ``last`` [2] is δ2.
    """
    d1, m = first.shape
    n = inputs.shape[0]
    real = first.dtype.type
    plus = real(1)
    b1, one_b1 = real(beta1), real(1 - beta1)
    b2, one_b2 = real(beta2), real(1 - beta2)
    eps = real(epsilon)

    # Adam's averages of the gradients and of their squares, for the three arrays of weights.
    mean1, square1 = np.zeros_like(first), np.zeros_like(first)
    mean2, square2 = np.zeros_like(second), np.zeros_like(second)
    mean3, square3 = np.zeros_like(last), np.zeros_like(last)

    s, s_next = np.empty(m, first.dtype), np.empty(m, first.dtype)
    dH2 = np.empty(m, first.dtype)
    unit = np.empty(1, first.dtype)
    w, G = np.empty(d1, first.dtype), np.empty(d1, first.dtype)
    _take_gap(first, second, s_next, w)
    bias = last[0] - last[1]
    power1, power2 = 1.0, 1.0
    block = min(max(_BLOCK_WEIGHTS // d1, _BLOCK_UNITS), m)

    for epoch in range(order.shape[0]):
        for start in range(0, n, batch_size):
            slope = _gap_gradient(
                w, bias, inputs, signs, order[epoch, start : min(start + batch_size, n)], G
            )
            power1 *= beta1
            power2 *= beta2
            step = real(rate / (1.0 - power1))
            root_scale = real(1.0 / sqrt(1.0 - power2))

            w[:] = 0  # becomes the next step's w, block by block
            for low in range(0, m, block):
                high = min(low + block, m)
                s_b, next_b, dH2_b = s[low:high], s_next[low:high], dH2[low:high]
                s_b[:] = next_b
                dH2_b[:] = 0
                for k in range(d1):
                    _add_scaled(G[k], first[k, low:high], dH2_b)
                # The two logits' gradients are opposite: one vector serves both rows of H2.
                for row in range(2):
                    _adam_row(
                        second[row, low:high], mean2[row, low:high], square2[row, low:high],
                        dH2_b, dH2_b, plus if row == 0 else -plus,
                        step, root_scale, eps, b1, one_b1, b2, one_b2,
                    )  # fmt: skip
                for i in range(high - low):
                    next_b[i] = second[0, low + i] - second[1, low + i]
                for k in range(d1):
                    w[k] += _adam_row(
                        first[k, low:high], mean1[k, low:high], square1[k, low:high], s_b, next_b,
                        G[k], step, root_scale, eps, b1, one_b1, b2, one_b2,
                    )  # fmt: skip

            for row in range(2):
                unit[0] = plus if row == 0 else -plus
                end = row + 1
                _adam_row(
                    last[row:end], mean3[row:end], square3[row:end], unit, unit,
                    slope, step, root_scale, eps, b1, one_b1, b2, one_b2,
                )  # fmt: skip
            bias = last[0] - last[1]

        if stop_when_perfect and _all_correct(w, bias, inputs, signs):
            return epoch + 1
    return order.shape[0]
