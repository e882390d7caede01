"""The attack of Theorem 1 where the points come from Gaussian layers (Theorem 4, [FC] §2).

The points are the columns of X = G_{l-1} … G_1 Z, with Z Gaussian [d, d] and generator matrices
G_i [n_{i+1}, n_i] of variance 1/n_{i+1}, where n_1 = d and n_{i+1} ≥ n_i. The interpolating network
is f(x) = X⁺ x. The attack needs only the last two rows and columns of R, which are the product of
the last two rows and columns of the layers' factors. With square layers X itself is too
ill-conditioned to decompose, so linear systems are solved layer by layer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lu_factor, lu_solve

from fcflow.errors import InputError
from fcflow.theory.gaussian_products import check_widths
from fcflow.theory.interpolation_attack import basis_perturbation
from fcflow.theory.trailing_block import trailing_block


def layer_widths(d: int, layers: int, widening: float) -> list[int]:
    """Return the widths n_1 = d, …, n_l of a number of generator layers.

    Layer i has width d ``widening``^i, rounded.

    Examples
    --------
    >>> layer_widths(4, 2, 1.5)
    [4, 6, 9]
    """
    if d < 2 or layers < 1 or widening < 1:
        raise InputError(
            "generator layers need d ≥ 2, layers ≥ 1 and widening ≥ 1 (n_{i+1} ≥ n_i), "
            f"got {d}, {layers}, {widening}"
        )
    return [d, *(round(d * widening**layer) for layer in range(1, layers + 1))]


def generator_layers(
    widths: Sequence[int], gaussian: Callable[[int, tuple[int, int]], NDArray[np.float64]]
) -> list[NDArray[np.float64]]:
    """Return Z [n_1, n_1] and then G_1, …, G_{l-1}, the first that is applied first.

    Parameters
    ----------
    widths : sequence of int
        n_1, …, n_l.
    gaussian : callable
        From a layer's number, 0 for Z, and its shape to standard Gaussian entries.

    Examples
    --------
    >>> draw = np.random.default_rng(0)
    >>> layers = generator_layers([4, 6, 9], lambda number, shape: draw.standard_normal(shape))
    >>> [layer.shape for layer in layers]
    [(4, 4), (6, 4), (9, 6)]
    """
    check_widths(widths)
    shapes = zip(widths[1:], widths[:-1], strict=True)
    layers = [shape[0] ** -0.5 * gaussian(number, shape) for number, shape in enumerate(shapes, 1)]
    return [gaussian(0, (widths[0], widths[0])), *layers]


@dataclass(frozen=True)
class LayeredAttack:
    """The attack of Theorem 4's proof on one network, at the last point.

    Attributes
    ----------
    X : float64 [n_l, d]
        The points as columns.
    T : float64 [2, 2]
        The last two rows and columns of R.
    e : float64 [n_l]
        The perturbation.
    outputs : float64 [d]
        f(x_d + e).
    """

    X: NDArray[np.float64]
    T: NDArray[np.float64]
    e: NDArray[np.float64]
    outputs: NDArray[np.float64]


def attack_layers(layers: Sequence[NDArray[np.float64]]) -> LayeredAttack:
    """Attack the network that interpolates the points X = G_{l-1} … G_1 Z.

    Parameters
    ----------
    layers : sequence of float64 [n_{i+1}, n_i]
        Z, G_1, …, G_{l-1}, as from :func:`generator_layers`; square layers must not be singular.

    Examples
    --------
    >>> attack_layers([np.array([[2.0, 1.0], [0.0, 3.0]]), np.eye(2)]).e
    array([ 1., -3.])
    """
    base, spread = _split(layers)
    X = base[0]
    for layer in base[1:]:
        X = layer @ X

    # The last two rows of X⁺, by one solve for each square layer and one for the others together.
    rows: NDArray[np.float64] = np.eye(len(X))[:, -2:]
    factors = [lu_factor(layer, check_finite=False) for layer in base]
    for factor in factors:
        rows = lu_solve(factor, rows, trans=1)
    gram = None
    if spread is not None:
        gram, X = spread.T @ spread, spread @ X
        rows = spread @ _solve(gram, rows)

    block = trailing_block(rows.T)
    e = basis_perturbation(block)

    # The network's outputs f(x_d + e) = X⁺ (x_d + e), by the same solves in the opposite order.
    outputs = X[:, -1] + e
    if spread is not None and gram is not None:
        outputs = _solve(gram, spread.T @ outputs)
    for factor in reversed(factors):
        outputs = lu_solve(factor, outputs)
    return LayeredAttack(X, block.T, e, outputs)


def _split(
    layers: Sequence[NDArray[np.float64]],
) -> tuple[list[NDArray[np.float64]], NDArray[np.float64] | None]:
    """Return the square layers that come first, and the product of the layers after them or None.

    Square layers are solved one by one. The product of the others has more rows than columns and is
    well-conditioned, so its pseudo-inverse can be computed from its Gram matrix.
    """
    d = layers[0].shape[0]
    wide = next((i for i, layer in enumerate(layers) if layer.shape[0] > d), len(layers))
    spread = None
    for layer in layers[wide:]:
        spread = layer if spread is None else layer @ spread
    return list(layers[:wide]), spread


def trailing_products(
    widths: Sequence[int], draws: int, draw: np.random.Generator
) -> NDArray[np.float64]:
    """Draw the last two rows and columns of R from their distribution, float64 [draws, 2, 2].

    By Lemma 3, R is the product of independent triangular factors, and the last block of a product
    of triangular matrices is the product of their last blocks. Nothing of size d is drawn.

    Examples
    --------
    >>> trailing_products([2048, 2048], 3, np.random.default_rng(0)).shape
    (3, 2, 2)
    """
    check_widths(widths)
    d = widths[0]
    product: NDArray[np.float64] = np.eye(2)
    for width, scale in [(d, 1.0), *((width, width**-0.5) for width in widths[1:])]:
        T = np.zeros((draws, 2, 2))
        T[:, 0, 1] = draw.standard_normal(draws)
        T[:, [0, 1], [0, 1]] = np.sqrt(draw.chisquare([width - d + 2, width - d + 1], (draws, 2)))
        product = scale * T @ product
    return product


def attack_norm(T: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ‖e‖ = √((R_{d-1,d-1} - R_{d-1,d})² + R_dd²) from the last blocks [..., 2, 2] of R.

    Examples
    --------
    >>> attack_norm(np.array([[4.0, 1.0], [0.0, 4.0]]))
    np.float64(5.0)
    """
    norm: NDArray[np.float64] = np.hypot(T[..., 0, 0] - T[..., 0, 1], T[..., 1, 1])
    return norm


def _solve(matrix: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)
