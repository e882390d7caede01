"""The papers' ReLU networks: one or more hidden layers and two logits ([FC] §4 and §6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from fcflow.errors import InputError
from fcflow.seeds import Stream, generator


@dataclass(frozen=True)
class ReluNetwork:
    """The network f(x) = W[L] relu(… relu(W[0] x + b[0]) …) + b[L], with L hidden layers.

    Attributes
    ----------
    weights : tuple of [m_l, m_(l-1)]
        One matrix for every layer, from the input to the output; the last has two rows.
    biases : tuple of [m_l]

    Raises
    ------
    InputError
        If the layers do not fit together.
    """

    weights: tuple[NDArray[Any], ...]
    biases: tuple[NDArray[Any], ...]

    def __post_init__(self) -> None:
        widths = [w.shape[0] for w in self.weights if w.ndim == 2]
        inputs = [w.shape[1] for w in self.weights if w.ndim == 2]
        fits = len(widths) == len(self.weights) == len(self.biases) >= 2 and widths[-1] == 2
        if not (
            fits
            and inputs[1:] == widths[:-1]
            and [b.shape for b in self.biases] == [(m,) for m in widths]
        ):
            shapes = [(w.shape, b.shape) for w, b in zip(self.weights, self.biases, strict=False)]
            raise InputError(
                f"the layers do not fit together, or the last has not two rows: {shapes}"
            )

    @property
    def depth(self) -> int:
        """The number of hidden layers."""
        return len(self.weights) - 1

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all arrays by their names on disk, ``W0, b0, W1, …``, from the input on."""
        layers = enumerate(zip(self.weights, self.biases, strict=True))
        return {
            f"{name}{layer}": array
            for layer, pair in layers
            for name, array in zip("Wb", pair, strict=True)
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "ReluNetwork":
        """Return the network whose ``arrays()`` these are."""
        layers = range(len(arrays) // 2)
        return cls(
            tuple(arrays[f"W{layer}"] for layer in layers),
            tuple(arrays[f"b{layer}"] for layer in layers),
        )

    def gap(self, x: ArrayLike) -> NDArray[np.float64]:
        """Return logit 0 minus logit 1 at points x [n, d], computed in float64.

        Examples
        --------
        >>> network = ReluNetwork((np.eye(2), np.eye(2)), (np.zeros(2), np.zeros(2)))
        >>> network.gap([[3.0, 1.0], [-3.0, 1.0]])
        array([ 2., -1.])
        """
        activations = np.asarray(x, dtype=np.float64)
        for w, b in zip(self.weights[:-1], self.biases[:-1], strict=True):
            activations = np.maximum(activations @ w.T.astype(np.float64) + b, 0.0)
        last, bias = self.weights[-1].astype(np.float64), self.biases[-1].astype(np.float64)
        gap: NDArray[np.float64] = activations @ (last[0] - last[1]) + (bias[0] - bias[1])
        return gap


def initial_relu_network(
    d: int, hidden: int, depth: int, seed: int, dtype: DTypeLike = np.float32
) -> ReluNetwork:
    """Draw a network with ``depth`` hidden layers of ``hidden`` units.

    The distribution is the one that PyTorch's ``nn.Linear`` layers start from: uniform within ±1/√n
    for units of n inputs.

    Examples
    --------
    >>> [w.shape for w in initial_relu_network(d=4, hidden=8, depth=2, seed=0).weights]
    [(8, 4), (8, 8), (2, 8)]
    """
    if min(d, hidden, depth) < 1:
        raise InputError(f"a network needs d, hidden and depth ≥ 1, got {d}, {hidden} and {depth}")
    draw = generator(seed, Stream.WEIGHTS)
    sizes = [d, *[hidden] * depth, 2]
    weights, biases = [], []
    for inputs, outputs in pairwise(sizes):
        k = inputs**-0.5
        weights.append(draw.uniform(-k, k, (outputs, inputs)).astype(dtype))
        biases.append(draw.uniform(-k, k, outputs).astype(dtype))
    return ReluNetwork(tuple(weights), tuple(biases))
