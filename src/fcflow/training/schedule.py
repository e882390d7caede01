"""What every way of training shares: the optimiser's settings and the order in which points are seen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fcflow.errors import InputError
from fcflow.seeds import Stream, generator


@dataclass(frozen=True)
class Adam:
    """Adam's settings; the defaults are PyTorch's, which the papers' "Adam" is taken to mean.

    Examples
    --------
    >>> Adam().learning_rate
    0.001
    """

    learning_rate: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        if not (self.learning_rate > 0 and 0 <= self.beta1 < 1 and 0 <= self.beta2 < 1 and self.epsilon > 0):
            raise InputError(f"Adam needs learning_rate > 0, betas in [0, 1) and epsilon > 0, got {self}")


def shuffled_order(n_points: int, epochs: int, seed: int) -> NDArray[np.int32]:
    """Return one permutation of the points for each epoch, int32 [epochs, n_points].

    Examples
    --------
    >>> sorted(shuffled_order(4, epochs=1, seed=0)[0].tolist())
    [0, 1, 2, 3]
    """
    draw = generator(seed, Stream.ORDER)
    order = np.empty((epochs, n_points), dtype=np.int32)
    for row in order:
        row[:] = draw.permutation(n_points)
    return order
