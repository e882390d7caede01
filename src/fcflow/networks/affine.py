"""The papers' linear network: one hidden layer, identity activation, two logits ([FC] §6)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from fcflow.errors import InputError
from fcflow.seeds import Stream, generator


@dataclass(frozen=True)
class AffineNetwork:
    """The network f(x) = H2 (H1 x + δ1) + δ2.

    Attributes
    ----------
    H1 : [m, d]
    delta1 : [m]
    H2 : [2, m]
    delta2 : [2]
        All of one floating dtype (float32 in training, as in the papers; float64 in the tests).

    Raises
    ------
    InputError
        If the shapes do not fit together.
    """

    H1: NDArray[Any]
    delta1: NDArray[Any]
    H2: NDArray[Any]
    delta2: NDArray[Any]

    def __post_init__(self) -> None:
        m, _ = self.H1.shape if self.H1.ndim == 2 else (-1, -1)
        if self.delta1.shape != (m,) or self.H2.shape != (2, m) or self.delta2.shape != (2,):
            shapes = {name: array.shape for name, array in self.arrays().items()}
            raise InputError(
                f"the layers do not fit H1 [m, d], delta1 [m], H2 [2, m], delta2 [2]: {shapes}"
            )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the four arrays by their names in the papers, which are their names on disk."""
        return {"H1": self.H1, "delta1": self.delta1, "H2": self.H2, "delta2": self.delta2}

    def gap(self, x: ArrayLike) -> NDArray[np.float64]:
        """Return logit 0 minus logit 1 at points x [n, d], computed in float64."""
        W, b = self.affine_map()
        gap: NDArray[np.float64] = np.asarray(x, dtype=np.float64) @ (W[0] - W[1]) + (b[0] - b[1])
        return gap

    def affine_map(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return W = H2 H1 [2, d] and b = H2 δ1 + δ2 [2], with f(x) = W x + b, in float64.

        Examples
        --------
        >>> H2 = np.array([[1.0, 2.0], [3.0, 4.0]])
        >>> AffineNetwork(np.eye(2), np.ones(2), H2, np.zeros(2)).affine_map()[1]
        array([3., 7.])
        """
        H1, delta1, H2, delta2 = (array.astype(np.float64) for array in self.arrays().values())
        return H2 @ H1, H2 @ delta1 + delta2


def initial_affine_network(
    d: int, hidden: int, seed: int, dtype: DTypeLike = np.float32
) -> AffineNetwork:
    """Draw a network from the distribution that PyTorch's ``nn.Linear`` starts from.

    Weights and biases of a layer with n inputs are uniform on [-1/√n, 1/√n]. They are drawn in
    float64 and rounded, so float32 and float64 networks of one seed agree to rounding.

    Examples
    --------
    >>> network = initial_affine_network(d=4, hidden=8, seed=0)
    >>> network.H1.shape, bool(abs(network.H1).max() <= 0.5)
    ((8, 4), True)
    """
    if d < 1 or hidden < 1:
        raise InputError(f"a network needs d ≥ 1 and hidden ≥ 1, got d = {d} and hidden = {hidden}")
    draw = generator(seed, Stream.WEIGHTS)
    k1, k2 = d**-0.5, hidden**-0.5
    return AffineNetwork(
        H1=draw.uniform(-k1, k1, (hidden, d)).astype(dtype),
        delta1=draw.uniform(-k1, k1, hidden).astype(dtype),
        H2=draw.uniform(-k2, k2, (2, hidden)).astype(dtype),
        delta2=draw.uniform(-k2, k2, 2).astype(dtype),
    )
