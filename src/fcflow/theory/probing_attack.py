"""The attack within the span of two probing vectors (Theorem 5, [TU] §3, [FC] §2).

For linear outputs f_i(x) = ⟨p_i, x⟩ of any network, with [p_i, p_j] = Q [[r11, r12], [0, r22]] and
a = Qᵀ x,

    ‖Δ‖ = |r11 a_1 - (r12 a_1 + r22 a_2)| / ‖p_i - p_j‖ ≤ ‖(a_1, a_2)‖

is the norm of the least perturbation that makes f_j equal to f_i. It lies along p_j - p_i.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.errors import InputError

# A second probing vector whose part outside the first is shorter than this share of it counts as
# parallel. Rounding leaves shares of about 1e-16.
_PARALLEL = 1e-12


@dataclass(frozen=True)
class ProbingAttack:
    """The attack on n points, each with its two probing vectors.

    Attributes
    ----------
    R : float64 [n, 2, 2]
        The triangular factor of [p_i, p_j].
    a : float64 [n, 2]
        The coordinates of the point in the probing vectors' span.
    delta : float64 [n, d]
        The perturbation that makes f_j equal to f_i.
    norm : float64 [n]
        ‖Δ‖, from ``delta``.
    bound : float64 [n]
        The theorem's first bound, from R and a.
    projection_norm : float64 [n]
        The theorem's second bound, ‖(a_1, a_2)‖.
    """

    R: NDArray[np.float64]
    a: NDArray[np.float64]
    delta: NDArray[np.float64]
    norm: NDArray[np.float64]
    bound: NDArray[np.float64]
    projection_norm: NDArray[np.float64]


def attack_probes(probe_i: ArrayLike, probe_j: ArrayLike, x: ArrayLike) -> ProbingAttack:
    """Build the Δ of Theorem 5's proof for n points.

    Parameters
    ----------
    probe_i, probe_j : array_like, shape [n, d]
        The gradients of the outputs of the point's class and of the class to reach, d ≥ 2.
    x : array_like, shape [n, d]

    Raises
    ------
    InputError
        If the shapes do not fit, or the probing vectors of a point are parallel.

    Examples
    --------
    >>> attack = attack_probes([[2.0, 0.0, 0.0]], [[0.0, 2.0, 0.0]], [[3.0, 1.0, 7.0]])
    >>> attack.delta, attack.bound.round(4), attack.projection_norm.round(4)
    (array([[-1.,  1.,  0.]]), array([1.4142]), array([3.1623]))
    """
    p_i, p_j, points = (np.asarray(array, dtype=np.float64) for array in (probe_i, probe_j, x))
    if points.ndim != 2 or not p_i.shape == p_j.shape == points.shape or points.shape[1] < 2:
        raise InputError(
            f"probes and x must be [n, d] with d ≥ 2, got {p_i.shape}, {p_j.shape}, {points.shape}"
        )

    # The QR decomposition of [p_i, p_j], for all points at once.
    r11 = np.linalg.norm(p_i, axis=1)
    q1 = p_i / np.where(r11 > 0, r11, 1.0)[:, None]
    r12 = (q1 * p_j).sum(axis=1)
    rest = p_j - r12[:, None] * q1
    r22 = np.linalg.norm(rest, axis=1)
    if not ((r11 > 0) & (r22 > _PARALLEL * np.linalg.norm(p_j, axis=1))).all():
        raise InputError("the probing vectors of a point are parallel: their span is not a plane")
    q2 = rest / r22[:, None]
    a = np.stack([(q1 * points).sum(axis=1), (q2 * points).sum(axis=1)], axis=1)

    gap = r11 * a[:, 0] - (r12 * a[:, 0] + r22 * a[:, 1])
    bound = np.abs(gap) / np.hypot(r12 - r11, r22)
    towards = p_j - p_i
    delta = (gap / (towards * towards).sum(axis=1))[:, None] * towards + 0.0

    R = np.stack(
        [np.stack([r11, r12], axis=-1), np.stack([np.zeros_like(r22), r22], axis=-1)], axis=-2
    )
    return ProbingAttack(
        R, a, delta, np.linalg.norm(delta, axis=1), bound, np.linalg.norm(a, axis=1)
    )


def outside_span(
    attack: ProbingAttack, probe_i: ArrayLike, probe_j: ArrayLike
) -> NDArray[np.float64]:
    """Return the share of ‖Δ‖ outside the span of the probing vectors, [n]; zero up to rounding.

    Examples
    --------
    >>> probes = np.array([[[2.0, 0.0, 0.0]], [[0.0, 2.0, 0.0]]])
    >>> outside_span(attack_probes(*probes, [[3.0, 1.0, 7.0]]), *probes)
    array([0.])
    """
    spans = np.stack(
        [np.asarray(probe_i, dtype=np.float64), np.asarray(probe_j, dtype=np.float64)], axis=-1
    )
    Q = np.linalg.qr(spans).Q
    within = (Q @ (Q.swapaxes(-1, -2) @ attack.delta[..., None]))[..., 0]
    share: NDArray[np.float64] = np.linalg.norm(attack.delta - within, axis=1) / np.linalg.norm(
        attack.delta, axis=1
    )
    return share
