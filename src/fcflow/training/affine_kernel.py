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

# SplitMix64, as in fcflow.data.corners_kernel.
_NEXT = np.uint64(0x9E3779B97F4A7C15)
_FACTOR1 = np.uint64(0xBF58476D1CE4E5B9)
_FACTOR2 = np.uint64(0x94D049BB133111EB)


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
def _step(
    first, second, last, mean1, square1, mean2, square2, mean3, square3,
    s, s_next, dH2, unit, w, G, slope, step, root_scale, eps, b1, one_b1, b2, one_b2,
):  # fmt: skip
    """Take Adam's step for all weights, with G = dL/dw and slope = dL/dc.

    ``s_next`` is H2[0] - H2[1] before and after it; w becomes that of the new weights.
    """
    d1, m = first.shape
    plus = first.dtype.type(1)
    block = min(max(_BLOCK_WEIGHTS // d1, _BLOCK_UNITS), m)
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

    for epoch in range(order.shape[0]):
        for start in range(0, n, batch_size):
            slope = _gap_gradient(
                w, bias, inputs, signs, order[epoch, start : min(start + batch_size, n)], G
            )
            power1 *= beta1
            power2 *= beta2
            step = real(rate / (1.0 - power1))
            root_scale = real(1.0 / sqrt(1.0 - power2))

            _step(
                first, second, last, mean1, square1, mean2, square2, mean3, square3,
                s, s_next, dH2, unit, w, G, slope,
                step, root_scale, eps, b1, one_b1, b2, one_b2,
            )  # fmt: skip
            bias = last[0] - last[1]

        if stop_when_perfect and _all_correct(w, bias, inputs, signs):
            return epoch + 1
    return order.shape[0]


@njit(**_COMPILE)
def _draw_corner(key, number, z):
    """Write the corner with this number to z [d], as fcflow.data.corners_kernel does."""
    d = z.shape[0]
    one = z.dtype.type(1)
    words = np.uint64((d + 63) // 64)
    for low in range(0, d, 64):
        bits = key + (number * words + np.uint64(low // 64) + np.uint64(1)) * _NEXT
        bits = (bits ^ (bits >> np.uint64(30))) * _FACTOR1
        bits = (bits ^ (bits >> np.uint64(27))) * _FACTOR2
        bits = bits ^ (bits >> np.uint64(31))
        for k in range(low, min(low + 64, d)):
            z[k] = one if (bits >> np.uint64(k - low)) & np.uint64(1) else -one


@njit(**_COMPILE)
def _fresh_gradient(A, w, bias, key, number, batch_size, v, z, mean, G):
    """Write dL/dw of fresh points' mean cross-entropy to G and return dL/dc.

    The gap of A z is ⟨v, z⟩ with v = Aᵀ w, and G is A times the mean of slope · z.
    """
    d = A.shape[0]
    one = w.dtype.type(1)
    total = w.dtype.type(0)
    for k in range(d):
        entry = 0.0
        for i in range(d):
            entry += A[i, k] * w[i]
        v[k] = entry
    offset = bias + w[d]
    mean[:] = 0
    for t in range(batch_size):
        _draw_corner(key, number + np.uint64(t), z)
        sign = z[d - 1]
        slope = -sign / (one + np.exp(sign * (offset + _dot(v, z))))
        total += slope
        _add_scaled(slope, z, mean)
    share = one / w.dtype.type(batch_size)
    for i in range(d):
        entry = 0.0
        for k in range(d):
            entry += A[i, k] * mean[k]
        G[i] = entry * share
    G[d] = total * share
    return total * share


@njit(**_COMPILE)
def train_on_fresh_points(
    first,
    second,
    last,
    moments1,
    moments2,
    moments3,
    A,
    key,
    done,
    steps,
    batch_size,
    rate,
    decay_steps,
    beta1,
    beta2,
    epsilon,
):
    """Take so many steps in place, each on points that are drawn for it, after ``done`` steps.

    ``first``, ``second`` and ``last`` are as in ``train_in_place``; ``moments1`` holds Adam's two
    averages for ``first``, and so on. Step t has the rate over √(1 + t / decay_steps).
    """
    d1, m = first.shape
    real = first.dtype.type
    b1, one_b1 = real(beta1), real(1 - beta1)
    b2, one_b2 = real(beta2), real(1 - beta2)
    eps = real(epsilon)
    s, s_next = np.empty(m, first.dtype), np.empty(m, first.dtype)
    dH2, unit = np.empty(m, first.dtype), np.empty(1, first.dtype)
    w, G = np.empty(d1, first.dtype), np.empty(d1, first.dtype)
    v, z = np.empty(d1 - 1, first.dtype), np.empty(d1 - 1, first.dtype)
    mean = np.empty(d1 - 1, first.dtype)
    _take_gap(first, second, s_next, w)

    for number in range(done, done + steps):
        slope = _fresh_gradient(
            A, w, last[0] - last[1], key, np.uint64(number * batch_size), batch_size, v, z, mean, G
        )
        rate_now = rate / sqrt(1.0 + number / decay_steps)
        step = real(rate_now / (1.0 - beta1 ** (number + 1)))
        root_scale = real(1.0 / sqrt(1.0 - beta2 ** (number + 1)))
        _step(
            first, second, last, moments1[0], moments1[1], moments2[0], moments2[1],
            moments3[0], moments3[1], s, s_next, dH2, unit, w, G, slope,
            step, root_scale, eps, b1, one_b1, b2, one_b2,
        )  # fmt: skip
