"""Least perturbations of affine classifiers, in closed form (Theorem 5, [TU] §2; [FC] §6)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.errors import InputError


@dataclass(frozen=True)
class AffinePerturbation:
    """The least perturbation of each of n points.

    Attributes
    ----------
    gap : float64 [n]
        The signed logit gap g(x), positive where x is classified as its label says.
    norm : float64 [n]
        ‖e‖ = g(x) / ‖∇g‖; zero where x is misclassified already.
    correct : bool [n]
        Whether x is classified correctly; averages of ``norm`` are over these points.
    direction : float64 [d]
        The unit vector along which the gap of class 0 over class 1 grows; e = -+ norm * direction.
    """

    gap: NDArray[np.float64]
    norm: NDArray[np.float64]
    correct: NDArray[np.bool_]
    direction: NDArray[np.float64]

    def perturbed(
        self, x: ArrayLike, sign: ArrayLike, overshoot: float = 1e-9
    ) -> NDArray[np.float64]:
        """Return the points moved by ``1 + overshoot`` times their least perturbation."""
        step = np.asarray(sign, dtype=np.float64) * self.norm * (1.0 + overshoot)
        moved: NDArray[np.float64] = (
            np.asarray(x, dtype=np.float64) - step[:, None] * self.direction
        )
        return moved


def minimal_perturbation_affine(
    gap_weight: ArrayLike, gap_bias: float, x: ArrayLike, sign: ArrayLike
) -> AffinePerturbation:
    """Return the least L2 perturbation that moves each point to the boundary of g(x) = ⟨w, x⟩ + b.

    The boundary is a hyperplane, so the least perturbation is the projection onto it: ‖e‖ = |g(x)|
    / ‖w‖.

    Parameters
    ----------
    gap_weight : array_like, shape [d]
        w = W1 - W2, the gradient of the logit gap of class 0 over class 1.
    gap_bias : float
        b = b1 - b2.
    x : array_like, shape [n, d]
        The points.
    sign : array_like, shape [n]
        +1 where the label is class 0, -1 where it is class 1.

    Raises
    ------
    InputError
        If the shapes do not fit, or w is zero (a constant classifier has no boundary) or not
        finite.

    Examples
    --------
    >>> minimal_perturbation_affine([3.0, 4.0], 5.0, [[1.0, 0.5]], [1.0]).norm
    array([2.])
    """
    w = np.asarray(gap_weight, dtype=np.float64)
    points, signs = np.asarray(x, dtype=np.float64), np.asarray(sign, dtype=np.float64)
    if (
        w.ndim != 1
        or points.ndim != 2
        or points.shape[1] != w.size
        or signs.shape != points.shape[:1]
    ):
        raise InputError(
            f"shapes must be w [d], x [n, d], sign [n]; got {w.shape}, {points.shape},"
            f" {signs.shape}"
        )
    length = float(np.linalg.norm(w))
    if not np.isfinite(length) or not np.isfinite(gap_bias):
        raise InputError("the classifier's weights are not finite")
    if length == 0.0:
        raise InputError(
            "the classifier is constant: its logit gap has no gradient, so there is no boundary to"
            " reach"
        )
    gap = signs * (points @ w + gap_bias)
    correct = gap > 0
    return AffinePerturbation(
        gap=gap, norm=np.where(correct, gap, 0.0) / length, correct=correct, direction=w / length
    )
