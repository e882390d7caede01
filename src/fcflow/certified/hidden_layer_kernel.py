"""The compiled search of :mod:`fcflow.certified.hidden_layer`, whose docstring derives it.

Everything that compiled code calls stands in this file: the compiler's cache on disk knows when
this file changes, and would not notice a change in another. No floating-point shortcuts are allowed
here: the margins count every rounding.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

_COMPILE: dict[str, Any] = {"error_model": "numpy", "nogil": True, "cache": True}

_EPS = 2.220446049250313e-16
_TINY = 1e-150  # its square is still a number
_SWEEPS = 30  # coordinate-ascent sweeps over the slopes of one cut, at most
_CUTS = 60  # cuts tried for one region, at most
_SMOOTH = 0.01  # how far the kink at w = 0 is rounded off at first, as a share of ‖w‖² there
_STALL = 0.02  # a cut that closes less than this part of what is left is the region's last
_HALFSPACES = 48  # a region is split at most this many times, less one
_CANDIDATES = 16  # neurons weighed against each other before a split


class Neurons(NamedTuple):
    """The k neurons that may change sign in the largest ball, and the sum of the others."""

    H: NDArray[np.float64]  # [k, d]
    z: NDArray[np.float64]  # [k], preactivations at the centre
    s: NDArray[np.float64]  # [k]
    norm: NDArray[np.float64]  # [k], lengths of the rows of H
    size: NDArray[np.float64]  # [k], what rounding errors of a preactivation are relative to
    w: NDArray[np.float64]  # [d], gradient of the neurons that stay active
    b: float  # value of the neurons that stay active
    b_size: float  # what rounding errors of that sum are relative to
    rounding: float  # bound on the relative rounding error of a cut's coefficients


class Region(NamedTuple):
    """The part of a ball where g ≤ 0 may hold: bounds on preactivations, and ⟨q, e⟩ ≥ offset.

    Halfspace 0 is the latest cut, the others are the splits that led here; an offset of -inf marks
    an unused one.
    """

    low: NDArray[np.float64]  # [k]
    high: NDArray[np.float64]  # [k]
    slope: NDArray[np.float64]  # [k], of the last cut's lower bounds; negative where not known yet
    q: NDArray[np.float64]  # [_HALFSPACES, d]
    offset: NDArray[np.float64]  # [_HALFSPACES]


class Rows(NamedTuple):
    """Terms p (z + ⟨h, e⟩) whose slope p may be chosen in [0, top]."""

    h: NDArray[np.float64]
    z: NDArray[np.float64]
    norm: NDArray[np.float64]
    size: NDArray[np.float64]
    top: NDArray[np.float64]
    p: NDArray[np.float64]
    owner: NDArray[np.int64]  # the neuron, or -1 for a halfspace


@njit(**_COMPILE)
def _dot(a, b):
    total = 0.0
    for i in range(a.shape[0]):
        total += a[i] * b[i]
    return total


@njit(**_COMPILE)
def _add_scaled(factor, a, into):
    for i in range(into.shape[0]):
        into[i] += factor * a[i]


@njit(**_COMPILE)
def _reach(along, norm, offset, radius, slack):
    """Return at least the largest ⟨h, e⟩ over the cap ‖e‖ ≤ radius, ⟨q, e⟩ ≥ offset.

    Here ⟨q, h⟩ = along and ‖h‖ = norm.
    """
    if along * radius >= offset * norm:  # the ball's own maximiser lies in the cap
        return radius * norm
    # The difference may cancel: what rounding can have taken from it is added.
    across = max(norm * norm - along * along, 0.0) + slack * norm * norm
    return along * offset + np.sqrt(max((radius - offset) * (radius + offset), 0.0) * across)


@njit(**_COMPILE)
def _tighten(neurons, region, q, offset, radius):
    """Narrow the bounds on the preactivations to the cap ‖e‖ ≤ radius, ⟨q, e⟩ ≥ offset."""
    k, d = neurons.H.shape
    slack = (8 * d + 64) * _EPS
    for i in range(k):
        if region.low[i] >= 0.0 or region.high[i] <= 0.0:
            continue
        along = _dot(q, neurons.H[i])
        error = slack * neurons.size[i]
        rise = _reach(along, neurons.norm[i], offset, radius, slack)
        fall = _reach(-along, neurons.norm[i], offset, radius, slack)
        region.high[i] = min(region.high[i], neurons.z[i] + rise + error)
        region.low[i] = max(region.low[i], neurons.z[i] - fall - error)


@njit(**_COMPILE)
def _best_slope(rows, i, A, B, radius):
    """Return the slope p of row i that maximises b - radius ‖w‖.

    At the present slope ‖w‖² = A and ⟨w, h⟩ = B.
    """
    z = rows.z[i]
    C = rows.norm[i] * rows.norm[i]
    room = C * radius * radius - z * z
    if room <= 0.0:  # the linear term outgrows the length
        return rows.top[i] if z > 0.0 else 0.0
    shift = (z * np.sqrt(max(A * C - B * B, 0.0) / room) - B) / C
    return min(max(rows.p[i] + shift, 0.0), rows.top[i])


@njit(**_COMPILE)
def _ascend(rows, n, w, b, radius):
    """Raise the distance b / ‖w‖ of the cut, slope by slope; w and rows.p are updated."""
    before = -np.inf
    # At w = 0, where ‖w‖ has a kink, no single slope may help although two do: the kink is rounded
    # off, ever less.
    smooth = _dot(w, w)
    for i in range(n):
        if rows.owner[i] >= 0:
            smooth += (rows.top[i] * rows.norm[i]) ** 2
    smooth *= _SMOOTH
    for _ in range(_SWEEPS):
        for i in range(n):
            A = _dot(w, w) + smooth
            length = np.sqrt(A)
            # A step that raises b - ρ ‖w‖, ρ being the present distance b / ‖w‖, raises that
            # distance.
            rho = b / length if 0.0 < b < radius * length else radius
            new = _best_slope(rows, i, A, _dot(w, rows.h[i]), rho)
            change = new - rows.p[i]
            if change != 0.0:
                rows.p[i] = new
                b += change * rows.z[i]
                _add_scaled(change, rows.h[i], w)
        value = b / max(np.sqrt(_dot(w, w)), _TINY)
        if value > radius or abs(value - before) < 1e-5 * (radius - value):
            return
        before = value
        smooth *= 0.1


@njit(**_COMPILE)
def _add_row(rows, n, z, norm, size, top, p, owner):
    rows.z[n] = z
    rows.norm[n] = norm
    rows.size[n] = size
    rows.top[n] = top
    rows.p[n] = min(p, top)
    rows.owner[n] = owner


@njit(**_COMPILE)
def _relax(neurons, region, radius, rows, w):
    """Bound every neuron from below; return how many slopes are free, b and its size without them.

    The fixed part is left in w: active neurons, and for s < 0 the chord from (low, 0) to (high,
    high).
    """
    w[:] = neurons.w
    b = neurons.b
    total = neurons.b_size
    n = 0
    for i in range(neurons.s.shape[0]):
        low, high, s = region.low[i], region.high[i], neurons.s[i]
        if high <= 0.0:
            continue
        if low < 0.0 and s > 0.0:
            start = region.slope[i] if region.slope[i] >= 0.0 else s * (high / (high - low))
            _add_row(rows, n, neurons.z[i], neurons.norm[i], neurons.size[i], s, start, i)
            rows.h[n] = neurons.H[i]
            n += 1
            continue
        slope = s if low >= 0.0 else s * (high / (high - low))
        foot = min(low, 0.0)
        b += slope * (neurons.z[i] - foot)
        total += abs(slope) * (neurons.size[i] - foot)
        _add_scaled(slope, neurons.H[i], w)
    for j in range(region.offset.shape[0]):
        if region.offset[j] > -radius:
            _add_row(
                rows,
                n,
                region.offset[j],
                1.0,
                radius + abs(region.offset[j]),
                10.0 * total / radius,
                0.0,
                -1,
            )
            rows.h[n] = -region.q[j]
            n += 1
    return n, b, total


@njit(**_COMPILE)
def _cut(neurons, region, radius, rows, w):
    """Return t such that ⟨-w / ‖w‖, e⟩ ≥ t wherever g ≤ 0 in the region; radius if nowhere."""
    d = w.shape[0]
    n, b, total = _relax(neurons, region, radius, rows, w)
    trial = w.copy()
    value = b
    for i in range(n):
        value += rows.p[i] * rows.z[i]
    if value <= 0.0:  # not even the centre is cut off: start from the tangent there instead
        value = b
        for i in range(n):
            rows.p[i] = rows.top[i] if rows.owner[i] >= 0 and rows.z[i] > 0.0 else 0.0
            value += rows.p[i] * rows.z[i]
    for i in range(n):
        _add_scaled(rows.p[i], rows.h[i], trial)
    _ascend(rows, n, trial, value, radius)
    for i in range(n):  # summed afresh: the ascent's own sums have drifted
        b += rows.p[i] * rows.z[i]
        total += rows.p[i] * rows.size[i]
        _add_scaled(rows.p[i], rows.h[i], w)
        if rows.owner[i] >= 0:
            region.slope[rows.owner[i]] = rows.p[i]
    b -= neurons.rounding * total
    length = np.sqrt(_dot(w, w))
    if length < _TINY:
        return radius if b > radius * _TINY else -np.inf
    t = b / length
    return t - 64 * d * _EPS * (abs(t) + radius)


@njit(**_COMPILE)
def _refine(neurons, region, radius, rows):
    """Cut the region and tighten its bounds while that helps; return the best cut's distance."""
    best = -np.inf
    w = np.empty(neurons.w.shape[0])
    for _ in range(_CUTS):
        t = _cut(neurons, region, radius, rows, w)
        if not t > best:  # also where t is not a number
            return best
        gain = t - best
        best = t
        if t <= -radius or t >= radius:
            return best
        region.q[0] = -w / np.sqrt(_dot(w, w))
        region.offset[0] = t
        _tighten(neurons, region, region.q[0], t, radius)
        if gain < _STALL * (radius - t):
            return best
    return best


@njit(**_COMPILE)
def _loose(neurons, region, i):
    """Return how far the lower bound of neuron i may lie below it: only chords are loose."""
    low, high = region.low[i], region.high[i]
    if neurons.s[i] >= 0.0 or low >= 0.0 or high <= 0.0:
        return 0.0
    return neurons.s[i] * low * (high / (high - low))


@njit(**_COMPILE)
def _choose_split(neurons, region):
    """Return the neuron whose sign would tighten the most chords, or -1 if none is loose."""
    k = neurons.s.shape[0]
    loose = np.empty(k)
    for i in range(k):
        loose[i] = _loose(neurons, region, i)
    best, split = 0.0, -1
    for candidate in np.argsort(-loose)[:_CANDIDATES]:
        if loose[candidate] <= 0.0:
            break
        score = 0.0
        for i in range(k):
            if loose[i] > 0.0:
                cosine = _dot(neurons.H[i], neurons.H[candidate]) / (
                    neurons.norm[i] * neurons.norm[candidate]
                )
                score += loose[i] * cosine * cosine
        if score > best:
            best, split = score, candidate
    return split


@njit(**_COMPILE)
def _restrict(neurons, region, i, sign, radius):
    """Add the halfspace sign · (z_i + ⟨h_i, e⟩) ≥ 0; return False where there is no room."""
    place = 1
    while place < region.offset.shape[0] and region.offset[place] > -np.inf:
        place += 1
    if place == region.offset.shape[0]:
        return False
    d = neurons.w.shape[0]
    region.q[place] = neurons.H[i] * (sign / neurons.norm[i])
    region.offset[place] = -sign * neurons.z[i] / neurons.norm[i]
    region.offset[place] -= (8 * d + 64) * _EPS * neurons.size[i] / neurons.norm[i]
    if sign > 0.0:
        region.low[i] = 0.0
    else:
        region.high[i] = 0.0
    _tighten(neurons, region, region.q[place], region.offset[place], radius)
    return True


@njit(**_COMPILE)
def _region(pool, i):
    return Region(pool.low[i], pool.high[i], pool.slope[i], pool.q[i], pool.offset[i])


@njit(**_COMPILE)
def _copy(source, target):
    target.low[:] = source.low
    target.high[:] = source.high
    target.slope[:] = source.slope
    target.q[:] = source.q
    target.offset[:] = source.offset


@njit(**_COMPILE)
def _search(neurons, radius, target, max_nodes):
    """Split the ball until g > 0 is proved up to ``target``; return that radius and the nodes."""
    k, d = neurons.H.shape
    places = (max_nodes + 3) // 2
    spread = radius * neurons.norm + (8 * d + 64) * _EPS * neurons.size
    pool = Region(
        np.empty((places, k)),
        np.empty((places, k)),
        np.empty((places, k)),
        np.empty((places, _HALFSPACES, d)),
        np.full((places, _HALFSPACES), -np.inf),
    )
    n = k + _HALFSPACES
    rows = Rows(
        np.empty((n, d)),
        np.empty(n),
        np.empty(n),
        np.empty(n),
        np.empty(n),
        np.empty(n),
        np.empty(n, dtype=np.int64),
    )
    bound = np.full(places, np.inf)
    first = _region(pool, 0)
    first.low[:] = neurons.z - spread
    first.high[:] = neurons.z + spread
    first.slope[:] = -1.0
    bound[0] = _refine(neurons, first, radius, rows)
    nodes, used = 1, 1
    while True:
        worst = np.argmin(bound[:used])
        proved = min(bound[worst], radius)
        if proved >= min(target, radius) or nodes + 2 > max_nodes:
            return proved, nodes
        region = _region(pool, worst)
        split = _choose_split(neurons, region)
        if split < 0:
            # The bound is g itself, or as close as its slopes were brought.
            return proved, nodes
        other = _region(pool, used)
        _copy(region, other)
        if not (
            _restrict(neurons, region, split, 1.0, radius)
            and _restrict(neurons, other, split, -1.0, radius)
        ):
            return proved, nodes
        parent = bound[worst]
        bound[worst] = max(parent, _refine(neurons, region, radius, rows))
        bound[used] = max(parent, _refine(neurons, other, radius, rows))
        nodes += 2
        used += 1


@njit(**_COMPILE)
def certify(neurons, upper, enough, max_nodes):
    """Return a radius up to ``upper`` on whose open ball g > 0, and how many regions it took.

    A smaller ball is easier: first whole balls are tried, bisecting; then, from the best of them,
    ever larger balls are split. A search that fails at its radius still proves a smaller one.
    """
    goal = enough * upper
    proved = 0.0
    spent = 0
    for stage in range(2):
        limit = upper
        radius = upper if stage == 0 else 0.5 * (proved + upper)
        while spent < max_nodes and proved < goal and limit - proved > 0.5 * (upper - goal):
            budget = 1 if stage == 0 else (max_nodes - spent + 1) // 2
            if radius > 0.98 * upper and stage == 1 and limit == upper:
                radius = upper
            radius_proved, nodes = _search(neurons, radius, goal, budget)
            spent += nodes
            proved = max(proved, radius_proved)
            if radius_proved < radius:
                limit = radius
            radius = 0.5 * (proved + limit)
            if stage == 0 and (spent > 7 or limit - proved < 0.02 * upper):
                break
    return proved, spent
