"""The attack on a network that interpolates d Gaussian points (Theorem 1, [TU] §3, [FC] §2).

With the points, one of each class, as columns of X = Q R, the network f(x) = W H1 x with
H1ᵀ H1 = I and f(x_j) = e_j is f(x) = X⁻¹ x. At the point x_d the perturbation

    e = Q (0, …, 0, R_{d-1,d-1} - R_{d-1,d}, -R_dd)ᵀ

makes the last two outputs 1 and 0, where they were 0 and 1. Its norm depends only on the last two
rows and columns of R, and those have the same distribution at every d ≥ 2: R_{d-1,d-1}² ~ χ²_2,
R_{d-1,d} ~ N(0, 1) and R_dd² ~ χ²_1, all independent.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import integrate, optimize, special, stats

from fcflow.errors import InputError
from fcflow.theory.trailing_block import TrailingBlock, last_inverse_rows, trailing_block


@dataclass(frozen=True)
class InterpolationAttack:
    """The attack of Theorem 1's proof on each of n networks, at the last point.

    Attributes
    ----------
    T : float64 [n, 2, 2]
        The last two rows and columns of R, with a positive diagonal.
    e : float64 [n, d]
        The perturbation.
    norm : float64 [n]
        ‖e‖ = √((R_{d-1,d-1} - R_{d-1,d})² + R_dd²).
    pair_norm : float64 [n]
        The least perturbation that makes f_{d-1} equal to f_d: 1 / ‖∇f_d - ∇f_{d-1}‖, at most
        ``norm``.
    outputs : float64 [n, d]
        f(x_d + e), by solving X y = x_d + e.
    """

    T: NDArray[np.float64]
    e: NDArray[np.float64]
    norm: NDArray[np.float64]
    pair_norm: NDArray[np.float64]
    outputs: NDArray[np.float64]

    @property
    def flipped(self) -> NDArray[np.bool_]:
        """Whether f_{d-1} > f_d after the attack, [n]."""
        flipped: NDArray[np.bool_] = self.outputs[:, -2] > self.outputs[:, -1]
        return flipped

    @property
    def targeted(self) -> NDArray[np.bool_]:
        """Whether output d-1 is the largest of all after the attack, [n].

        The proof determines only the last two outputs.
        """
        targeted: NDArray[np.bool_] = self.outputs.argmax(axis=1) == self.outputs.shape[1] - 2
        return targeted

    @property
    def flip_error(self) -> NDArray[np.float64]:
        """How far the last two outputs are from 1 and 0, [n]; zero up to rounding."""
        error: NDArray[np.float64] = np.abs(self.outputs[:, -2:] - [1.0, 0.0]).max(axis=1)
        return error


def attack_interpolation(X: ArrayLike) -> InterpolationAttack:
    """Attack the networks f(x) = X⁻¹ x at their last points, as the proof of Theorem 1 does.

    Parameters
    ----------
    X : array_like, shape [n, d, d]
        The points as columns, d ≥ 2.

    Raises
    ------
    InputError
        If the shape does not fit.
    LinAlgError
        If a matrix is exactly singular.

    Examples
    --------
    >>> attack = attack_interpolation([[[2.0, 1.0], [0.0, 3.0]]])
    >>> attack.e, attack.outputs
    (array([[ 1., -3.]]), array([[1., 0.]]))
    """
    points = np.asarray(X, dtype=np.float64)
    if points.ndim != 3:
        raise InputError(f"X must be a stack [n, d, d], got shape {points.shape}")

    rows = last_inverse_rows(points)
    block = trailing_block(rows)
    e = basis_perturbation(block)
    moved = points[..., -1] + e
    outputs = np.asarray(np.linalg.solve(points, moved[..., None])[..., 0], dtype=np.float64) + 0.0
    pair_norm: NDArray[np.float64] = 1.0 / np.linalg.norm(rows[:, 1] - rows[:, 0], axis=-1)
    norm: NDArray[np.float64] = np.linalg.norm(e, axis=-1)
    return InterpolationAttack(block.T, e, norm, pair_norm, outputs)


def basis_perturbation(block: TrailingBlock) -> NDArray[np.float64]:
    """Return e = Q (0, …, 0, R_{d-1,d-1} - R_{d-1,d}, -R_dd)ᵀ, float64 [..., m].

    Examples
    --------
    >>> basis_perturbation(TrailingBlock(np.array([[2.0, 1.0], [0.0, 3.0]]), np.eye(2)))
    array([ 1., -3.])
    """
    T = block.T
    e_basis = np.stack([T[..., 0, 0] - T[..., 0, 1], -T[..., 1, 1]], axis=-1)
    e: NDArray[np.float64] = (block.P @ e_basis[..., None])[..., 0]
    return e


def allowed_error(X: ArrayLike, attack: InterpolationAttack) -> NDArray[np.float64]:
    """Return how much rounding the conditioning of X allows in the last two outputs, [n].

    A backward stable solver returns the outputs y of a matrix X + δX, with ‖δX‖ of the order of
    ε ‖X‖. This moves the last two outputs by up to ‖B‖ ε ‖X‖ ‖y‖, where B are the last two rows of
    X⁻¹ and ‖B‖ = ‖T⁻¹‖ (Frobenius norms).

    Examples
    --------
    >>> X = np.array([[[2.0, 1.0], [0.0, 3.0]]])
    >>> bool(allowed_error(X, attack_interpolation(X))[0] < 1e-14)
    True
    """
    sizes = np.linalg.norm(np.asarray(X, dtype=np.float64), axis=(-2, -1))
    inverse = np.linalg.norm(np.linalg.inv(attack.T), axis=(-2, -1))
    outputs = np.linalg.norm(attack.outputs, axis=1)
    allowed: NDArray[np.float64] = np.finfo(np.float64).eps * inverse * sizes * outputs
    return allowed


def nearest_pair_distance(X: ArrayLike) -> NDArray[np.float64]:
    """Return the least distance between two columns of each matrix X [n, m, d], as float64 [n].

    Examples
    --------
    >>> nearest_pair_distance([[[0.0, 3.0, 0.0], [0.0, 0.0, 4.0]]])
    array([3.])
    """
    points = np.asarray(X, dtype=np.float64)
    if points.ndim != 3 or points.shape[-1] < 2:
        raise InputError(
            f"X must be a stack [n, m, d] of at least two points each, got shape {points.shape}"
        )

    gram = points.swapaxes(-1, -2) @ points
    squares = np.einsum("nii->ni", gram)
    distances = squares[:, :, None] + squares[:, None, :] - 2.0 * gram
    diagonal = np.arange(points.shape[-1])
    distances[:, diagonal, diagonal] = np.inf
    least: NDArray[np.float64] = np.sqrt(distances.min(axis=(1, 2)).clip(min=0.0))
    return least


def expected_nearest_distance(d: int) -> float:
    """Return the approximate median of the least distance among d Gaussian points in R^d.

    The distances of the N = d (d - 1) / 2 pairs are treated as independent. A squared distance is
    distributed as 2 χ²_d, so the median t satisfies P(χ²_d ≤ t²/2) = 1 - 2^(-1/N). Relative to
    √(2d) it approaches 1 slowly, as 1 - O(√(log d / d)): it is 0.92 √(2d) at d = 2048. Pairs that
    share a point are not independent: the median over draws is 7 % above this value at d = 8, and
    within 1 % of it from d = 64 on.

    Examples
    --------
    >>> round(expected_nearest_distance(2048) / 4096**0.5, 2)
    0.92
    """
    if d < 2:
        raise InputError(f"a pair needs d ≥ 2 points, got d = {d}")
    pairs = d * (d - 1) / 2
    return float(np.sqrt(2.0 * stats.chi2.ppf(-np.expm1(-np.log(2.0) / pairs), d)))


def attack_norm_cdf(c: ArrayLike) -> NDArray[np.float64]:
    """Return P(‖e‖ ≤ c) for Gaussian points, which is the same for every d ≥ 2, as float64.

    ‖e‖² = u² + r² with r² ~ χ²_1 and u = √χ²_2 - N(0, 1), whose density is

        exp(-u²/4) (exp(-u²/4) + √π u/2 · (1 + erf(u/2))) / (2 √(2π)).

    Examples
    --------
    >>> attack_norm_cdf([0.0, 50.0]).round(6)
    array([0., 1.])
    """
    limits = np.atleast_1d(np.asarray(c, dtype=np.float64))
    values = np.array([_norm_probability(limit) for limit in limits.ravel()])
    return values.reshape(np.shape(c))


def attack_norm_quantile(p: float) -> float:
    """Return the c with P(‖e‖ ≤ c) = p, the constant of Theorem 1 that holds with probability p.

    Examples
    --------
    >>> round(float(attack_norm_cdf(attack_norm_quantile(0.95))), 9)
    0.95
    """
    if not 0 < p < 1:
        raise InputError(f"a probability must lie in (0, 1), got {p}")
    # P(‖e‖ > 20) is 1e-11, so the root lies below 20 for every p up to 1 - 1e-11.
    return float(optimize.brentq(lambda c: _norm_probability(c) - p, 0.0, 20.0, xtol=1e-12))


def _norm_probability(limit: float) -> float:
    if limit <= 0:
        return 0.0
    # u lies beyond ±10 with a probability of 1e-11, which is left out.
    edge = min(limit, 10.0)

    def density(u: float) -> float:
        half = u / 2.0
        bracket = np.exp(-half * half) + np.sqrt(np.pi) * half * (1.0 + special.erf(half))
        within = special.erf(np.sqrt(max(limit * limit - u * u, 0.0) / 2.0))
        return float(np.exp(-half * half) * bracket * within / (2.0 * np.sqrt(2.0 * np.pi)))

    # The tolerances are tighter than any use of the probability needs. 200 subintervals, where
    # SciPy's default is 50, leave room for the square root in ``within``, which is steep at ±limit.
    return float(integrate.quad(density, -edge, edge, epsabs=1e-12, epsrel=1e-10, limit=200)[0])
