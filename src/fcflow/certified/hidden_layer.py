"""Radii within which a one-hidden-layer ReLU network provably keeps its answer.

The network's logit gap is g(x) = ⟨s, relu(H1 x + δ1)⟩ + c, positive where x is classified as its
label says. On a region of perturbations e it is bounded from below by a linear function, neuron by
neuron (linear relaxation over an L2 ball, after Zhang et al. 2018 (CROWN) and Wong and Kolter
2018). With z_i(e) = z_i + ⟨h_i, e⟩ between ℓ_i and u_i on the region:

* a neuron with ℓ_i ≥ 0 or u_i ≤ 0 is linear there;
* otherwise, where s_i > 0, s_i relu(z_i) ≥ p_i z_i for every slope 0 ≤ p_i ≤ s_i;
* and where s_i < 0, s_i relu(z_i) lies above the chord from (ℓ_i, 0) to (u_i, s_i u_i).

The sum is ⟨w, e⟩ + b, so that g ≤ 0 is possible only where ⟨-w/‖w‖, e⟩ ≥ t = b/‖w‖. The slopes are
chosen to maximise t, one after the other in closed form (where t > 0 it is quasiconcave in them).
If t ≥ r, then g > 0 on the whole ball of radius r. If not, only a cap of the ball is left; the
extremes of z_i over a cap have a closed form as well, so ℓ and u close in, and the next linear
function cuts off more. That is repeated until the cap is empty or shrinks no longer; every t on the
way proves g > 0 for ‖e‖ < t. A cap that stays is split by the sign of a neuron with a loose chord.
Both parts are bounded in the same way, where a halfspace ⟨q, e⟩ ≥ o adds p (o - ⟨q, e⟩) with a
slope p ≥ 0 to the linear function, and the part with the least t is split next.

Rounding. Let γ = (2m + 4d + 200) · 2^-52, and S the sum of the magnitudes of all terms of ⟨w, e⟩ +
b on the ball: b is lowered by γ S, twice what rounding can have added. Every ℓ, u is moved outwards
by (8d + 64) · 2^-52 times ‖h_i‖ (‖x‖ + r) + |δ1_i|, and t is lowered by 64 d · 2^-52 (|t| + r). The
radius is thus proved for the real-valued network whose weights are the float64 numbers given. The
margins cost about 1e-9 of the radius for trained networks with m = 3000.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.certified.hidden_layer_kernel import Neurons, certify
from fcflow.errors import InputError

_EPS = float(np.finfo(np.float64).eps)
_RANGE = 1e50  # magnitudes beyond it, or below its inverse, would overflow or vanish when squared


@dataclass(frozen=True)
class CertifiedBound:
    """What is proved about the least perturbation of each of n points.

    Attributes
    ----------
    radius : float64 [n]
        g > 0 wherever ‖e‖ < radius; zero where x is misclassified already. Never above ``upper``.
    correct : bool [n]
        Whether g(x) > 0, beyond rounding.
    unstable : int64 [n]
        Neurons that change sign somewhere in the ball of radius ``upper``; zero where x is
        misclassified.
    nodes : int64 [n]
        Regions that were bounded; more than one where a ball had to be shrunk or split.
    """

    radius: NDArray[np.float64]
    correct: NDArray[np.bool_]
    unstable: NDArray[np.int64]
    nodes: NDArray[np.int64]


def certified_radius(
    H1: ArrayLike,
    delta1: ArrayLike,
    s: ArrayLike,
    c: float,
    x: ArrayLike,
    *,
    upper: ArrayLike,
    enough: float = 0.999,
    max_nodes: int = 200,
) -> CertifiedBound:
    """Return radii of open balls on which g(x) = ⟨s, relu(H1 x + delta1)⟩ + c stays positive.

    Each is a lower bound on the least L2 perturbation that makes g ≤ 0, by the linear relaxation
    over an L2 ball and its caps that the module's docstring describes (after Zhang et al. 2018
    (CROWN)), sound against rounding.

    Parameters
    ----------
    H1 : array_like, shape [m, d]
        Weights of the hidden layer; computed with in float64, as are all that follow.
    delta1 : array_like, shape [m]
        Its biases.
    s : array_like, shape [m]
        Weight of each neuron in the gap of the label's logit over the other: the difference of two
        rows of H2.
    c : float
        Difference of the two logits' biases.
    x : array_like, shape [n, d]
        Points of one class.
    upper : array_like, shape [n]
        Norms of perturbations already found, ≥ 0; no larger radius is searched for.
    enough : float
        A radius of at least ``enough * upper`` is not improved.
    max_nodes : int
        Regions bounded for a point before the best radius so far is returned.

    Raises
    ------
    InputError
        If shapes do not fit, a number is not finite or of a magnitude beyond 1e±50, no neuron
        carries x to the gap, ``upper`` is negative, ``enough`` is not in (0, 1], or ``max_nodes`` <
        1.

    Examples
    --------
    >>> H1, delta1, s = [[3.0, 4.0], [0.0, 1.0]], [0.0, -9.0], [1.0, 1.0]
    >>> certified_radius(H1, delta1, s, -5.0, [[3.0, 4.0]], upper=[4.5]).radius.round(6)
    array([4.])
    """
    network = _checked_network(H1, delta1, s, c)
    points, limits = _checked_points(x, upper, network.H1.shape[1])
    if not 0.0 < enough <= 1.0:
        raise InputError(f"enough is a part of upper, in (0, 1]; got {enough}")
    if max_nodes < 1:
        raise InputError(f"at least one region must be allowed, got max_nodes = {max_nodes}")
    n = points.shape[0]
    bound = CertifiedBound(
        np.zeros(n), np.zeros(n, dtype=np.bool_), np.zeros(n, np.int64), np.zeros(n, np.int64)
    )
    for i, (point, limit) in enumerate(zip(points, limits, strict=True)):
        neurons, gap = _neurons(network, point, float(limit))
        bound.correct[i] = gap > 0.0
        if gap > 0.0 and limit > 0.0:
            bound.unstable[i] = neurons.s.size
            proved, bound.nodes[i] = certify(neurons, float(limit), float(enough), int(max_nodes))
            bound.radius[i] = min(proved, limit)
    return bound


@dataclass(frozen=True)
class _Network:
    """A checked network with the lengths of its rows."""

    H1: NDArray[np.float64]
    delta1: NDArray[np.float64]
    s: NDArray[np.float64]
    c: float
    norm: NDArray[np.float64]


def _checked_network(H1: ArrayLike, delta1: ArrayLike, s: ArrayLike, c: float) -> _Network:
    weights = np.ascontiguousarray(H1, dtype=np.float64)
    biases, outer = np.asarray(delta1, dtype=np.float64), np.asarray(s, dtype=np.float64)
    if weights.ndim != 2 or biases.shape != weights.shape[:1] or outer.shape != weights.shape[:1]:
        raise InputError(
            f"shapes must be H1 [m, d], delta1 [m], s [m]; got {weights.shape}, {biases.shape},"
            f" {outer.shape}"
        )
    offset = np.array([c], dtype=np.float64)
    if not all(np.isfinite(array).all() for array in (weights, biases, outer, offset)):
        raise InputError("the network's weights are not finite")
    if not ((outer != 0.0) & (weights != 0.0).any(axis=1)).any():
        raise InputError(
            "the network is constant: no hidden neuron carries the input to the logit gap"
        )
    norm = np.linalg.norm(weights, axis=1)
    for array in (norm, outer, biases, offset):
        magnitude = np.abs(array[array != 0.0])
        if magnitude.size and (magnitude.max() > _RANGE or magnitude.min() < 1.0 / _RANGE):
            raise InputError(
                f"the network's weights must be zero or between {1 / _RANGE:g} and {_RANGE:g} in"
                " magnitude"
            )
    return _Network(weights, biases, outer, float(c), norm)


def _checked_points(
    x: ArrayLike, upper: ArrayLike, d: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    points, limits = np.asarray(x, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != d or limits.shape != points.shape[:1]:
        raise InputError(
            f"shapes must be x [n, {d}], upper [n]; got {points.shape}, {limits.shape}"
        )
    if not np.isfinite(points).all() or (np.abs(points) > _RANGE).any():
        raise InputError(f"the points are not finite, or beyond {_RANGE:g}")
    if not np.isfinite(limits).all() or (limits < 0.0).any() or (limits > _RANGE).any():
        raise InputError(f"upper holds norms of perturbations: finite, between 0 and {_RANGE:g}")
    return points, limits


def _neurons(network: _Network, point: NDArray[np.float64], limit: float) -> tuple[Neurons, float]:
    """Return the neurons that may change sign within ``limit``, and a lower bound on the gap."""
    m, d = network.H1.shape
    z = network.H1 @ point + network.delta1
    size = network.norm * (float(np.linalg.norm(point)) + limit) + np.abs(network.delta1)
    rounding = (2 * m + 4 * d + 200) * _EPS
    reach = limit * network.norm + (8 * d + 64) * _EPS * size
    unstable, active = np.abs(z) < reach, z >= reach
    inner, weight = network.H1[unstable], network.s[active]
    b = network.c + float(weight @ z[active])
    b_size = abs(network.c) + float(np.abs(weight) @ size[active])
    total = abs(network.c) + float(np.abs(network.s) @ size)
    gap = float(network.s @ np.maximum(z, 0.0)) + network.c - rounding * total
    neurons = Neurons(
        H=inner,
        z=z[unstable],
        s=network.s[unstable],
        norm=network.norm[unstable],
        size=size[unstable],
        w=weight @ network.H1[active],
        b=b,
        b_size=b_size,
        rounding=rounding,
    )
    return neurons, gap
