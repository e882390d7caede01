"""What all trainings share: the optimiser's settings and the order of the points."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
        if not (
            self.learning_rate > 0
            and 0 <= self.beta1 < 1
            and 0 <= self.beta2 < 1
            and self.epsilon > 0
        ):
            raise InputError(
                f"Adam needs learning_rate > 0, betas in [0, 1) and epsilon > 0, got {self}"
            )


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


def check_training_input(
    weights: Mapping[str, NDArray[Any]],
    d: int,
    points: NDArray[Any],
    signs: NDArray[Any],
    order: NDArray[np.int32],
    batch_size: int,
) -> None:
    """Raise InputError unless the arguments of a training fit together and are finite."""
    n = len(points)
    if (
        points.shape != (n, d)
        or n == 0
        or signs.shape != (n,)
        or order.ndim != 2
        or order.shape[1] != n
    ):
        raise InputError(
            f"shapes must be x [n, {d}], sign [n], order [epochs, n] with n ≥ 1; "
            f"got {points.shape}, {signs.shape}, {order.shape}"
        )

    if batch_size < 1:
        raise InputError(f"batch_size must be ≥ 1, got {batch_size}")
    dtypes = [array.dtype for array in weights.values()]
    if set(dtypes) not in ({np.dtype(np.float32)}, {np.dtype(np.float64)}):
        names = [dtype.name for dtype in dtypes]
        raise InputError(f"all weights must be float32 or all float64, got {names}")
    if not np.isin(signs, (-1, 1)).all():
        raise InputError("sign must hold +1 and -1 alone")
    if order.size and not (order.min() >= 0 and order.max() < n):
        raise InputError(f"order must hold numbers of points, 0 to {n - 1}")
    if not np.isfinite(points).all() or not all(np.isfinite(a).all() for a in weights.values()):
        raise InputError("the points and the network's weights must be finite")
