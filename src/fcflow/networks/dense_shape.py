"""The shape of a dense network: numbers and names alone, so that settings need no PyTorch."""

from dataclasses import dataclass
from typing import Literal, get_args

from fcflow.errors import InputError

DenseActivation = Literal["relu", "leaky_relu", "gelu", "tanh", "linear"]
DENSE_ACTIVATIONS: tuple[DenseActivation, ...] = get_args(DenseActivation)


@dataclass(frozen=True)
class DenseShape:
    """Inputs, hidden layers of equal width with one activation, and two logits.

    Attributes
    ----------
    d : int
        Inputs.
    depth : int
        Hidden layers.
    hidden : int
        Units of each.
    activation : {"relu", "leaky_relu", "gelu", "tanh", "linear"}
        The slope of ``leaky_relu`` is 0.01 below zero; ``linear`` is the identity.

    Examples
    --------
    >>> DenseShape(d=8, depth=1, hidden=64, activation="relu").parameters
    706
    """

    d: int
    depth: int
    hidden: int
    activation: DenseActivation

    def __post_init__(self) -> None:
        if min(self.d, self.depth, self.hidden) < 1:
            raise InputError(f"a network needs d, depth and hidden ≥ 1, got {self}")
        if self.activation not in DENSE_ACTIVATIONS:
            raise InputError(
                f"activation must be one of {', '.join(DENSE_ACTIVATIONS)}, got {self.activation!r}"
            )

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        inner = (self.depth - 1) * (self.hidden + 1) * self.hidden
        return (self.d + 1) * self.hidden + inner + 2 * (self.hidden + 1)
