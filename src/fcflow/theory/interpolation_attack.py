"""The attack on a network that interpolates d Gaussian points (Theorem 1, [TU] §3, [FC] §2).

With the points as columns of X = Q R, the network f(x) = W H1 x with H1ᵀ H1 = I and f(x_j) = e_j is
f(x) = X⁻¹ x. At the point x_d the perturbation e = Q (0, …, 0, R_{d-1,d-1} - R_{d-1,d}, -R_dd)ᵀ
makes the last two outputs 1 and 0, where they were 0 and 1. Its norm depends on the last two rows
and columns of R alone, and those follow the same law at every d ≥ 2: R_{d-1,d-1}² ~ χ²_2, R_{d-1,d}
~ N(0, 1) and R_dd² ~ χ²_1, independent.
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
        ‖e‖² = (R_{d-1,d-1} - R_{d-1,d})² + R_dd².
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
        found: NDArray[np.bool_] = self.outputs[:, -2] > self.outputs[:, -1]
        return found

    @property
    def targeted(self) -> NDArray[np.bool_]:
        """Whether class d-1 has the largest output, [n]: the proof fixes the last two alone."""
        found: NDArray[np.bool_] = self.outputs.argmax(axis=1) == self.outputs.shape[1] - 2
        return found

    @property
    def flip_error(self) -> NDArray[np.float64]:
        """How far the last two outputs are from 1 and 0, [n]: zero but for rounding."""
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
    """Return e = Q (0, …, 0, R_{d-1,d-1} - R_{d-1,d}, -R_dd), float64 [..., m].

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
    """Return the rounding that X's conditioning lets into the last two outputs, [n].

    A backward stable solver returns the outputs y of a matrix X + δX with ‖δX‖ of the order of ε
    ‖X‖, which moves the last two by up to ‖B‖ ε ‖X‖ ‖y‖, with B the last two rows of X⁻¹ and ‖B‖ =
    ‖T⁻¹‖ (Frobenius norms).

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
    """Return the smallest distance between two columns of each X [n, m, d], as float64 [n].

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
    """Return the median of the least distance of d Gaussian points, pairs taken as independent.

    A squared distance is 2 χ²_d, so the median over N = d (d - 1) / 2 pairs is where P(χ²_d ≤ t²/2)
    = 1 - 2^(-1/N). It approaches √(2d) as 1 - O(√(log d / d)), which is slow: 0.92 √(2d) at d =
    2048. Pairs share points; the median over draws is 7 % above this at d = 8 and within 1 % from d
    = 64 on.

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
    """Return P(‖e‖ ≤ c) under Gaussian points, exactly and the same for every d ≥ 2, as float64.

    ‖e‖² = u² + r² with r² ~ χ²_1 and u = √χ²_2 - N(0, 1) of density

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
    """Return the c with P(‖e‖ ≤ c) = p: the constant of Theorem 1 that holds with probability p.

    Examples
    --------
    >>> round(float(attack_norm_cdf(attack_norm_quantile(0.95))), 9)
    0.95
    """
    if not 0 < p < 1:
        raise InputError(f"a probability must lie in (0, 1), got {p}")
    return float(optimize.brentq(lambda c: _norm_probability(c) - p, 0.0, 20.0, xtol=1e-12))


def _norm_probability(limit: float) -> float:
    if limit <= 0:
        return 0.0
    # Beyond ±10 the density is below 1e-20.
    edge = min(limit, 10.0)

    def density(u: float) -> float:
        half = u / 2.0
        bracket = np.exp(-half * half) + np.sqrt(np.pi) * half * (1.0 + special.erf(half))
        within = special.erf(np.sqrt(max(limit * limit - u * u, 0.0) / 2.0))
        return float(np.exp(-half * half) * bracket * within / (2.0 * np.sqrt(2.0 * np.pi)))

    return float(integrate.quad(density, -edge, edge, epsabs=1e-12, epsrel=1e-10, limit=200)[0])
