"""Training of ReLU networks on points that are drawn for each step, and never stored."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from fcflow.data.corners_kernel import fill_corners
from fcflow.data.fresh_corners import corner_key
from fcflow.errors import InputError
from fcflow.networks.relu import ReluNetwork
from fcflow.seeds import Stream
from fcflow.training.relu import ReluTraining
from fcflow.training.schedule import Adam


class ReluFreshTraining:
    """A ReLU network in training on fresh points.

    Parameters
    ----------
    network, A, seed, batch_size, decay_steps, adam
        As for :class:`~fcflow.training.affine_fresh.AffineFreshTraining`.

    Raises
    ------
    InputError
        If A does not fit the network, or a number is below its least value.

    Examples
    --------
    >>> from fcflow.networks.relu import initial_relu_network
    >>> start = initial_relu_network(d=2, hidden=50, depth=1, seed=0)
    >>> training = ReluFreshTraining(start, np.eye(2), 0, batch_size=8, decay_steps=100)
    >>> training.advance(300)
    >>> (training.network().gap([[1.0, 1.0], [1.0, -1.0]]) > 0).tolist()
    [True, False]
    """

    def __init__(
        self,
        network: ReluNetwork,
        A: NDArray[np.float64],
        seed: int,
        *,
        batch_size: int,
        decay_steps: float,
        adam: Adam | None = None,
    ) -> None:
        d = network.weights[0].shape[1]
        if A.shape != (d, d) or not np.isfinite(A).all():
            raise InputError(f"A must be finite, of shape {(d, d)}, got {A.shape}")
        if batch_size < 1 or not decay_steps > 0:
            raise InputError(
                f"batch_size must be ≥ 1 and decay_steps > 0, got {batch_size} and {decay_steps}"
            )
        dtype = network.weights[0].dtype
        self._A = np.ascontiguousarray(A, dtype=dtype)
        self._corners = np.empty((d, batch_size), dtype=dtype)
        self._key = corner_key(seed, Stream.FRESH_POINTS)
        self._state = ReluTraining(network, adam or Adam())
        self._batch_size, self._decay_steps = batch_size, decay_steps
        self._done = 0

    def advance(self, steps: int) -> None:
        """Take so many further steps."""
        size = self._batch_size
        points, signs = self._state.inputs_of(size)
        for step in range(self._done, self._done + steps):
            fill_corners(self._key, np.uint64(step * size), self._corners)
            np.matmul(self._A, self._corners, out=points[:-1])
            signs[:] = self._corners[-1]
            self._state.step_on(size, 1.0 / sqrt(1.0 + step / self._decay_steps))
        self._done += steps

    def network(self) -> ReluNetwork:
        """Return a copy of the network as it is."""
        return self._state.network()
