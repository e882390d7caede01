"""Exact training of the linear network on points that are drawn in the kernel, and never stored.

The gap of the point x = A z is ⟨w, A z⟩ = ⟨Aᵀ w, z⟩, and the gradient of a batch's loss is
dL/dw = A Σ slope · z. So a step works with corners alone, whose entries are ±1 and follow from the
number of the point (:mod:`fcflow.data.fresh_corners`), and multiplies by A twice, whatever the
batch. From dL/dw on it is the step of :mod:`fcflow.training.affine`.
"""

import numpy as np
from numpy.typing import NDArray

from fcflow.data.fresh_corners import corner_key
from fcflow.errors import InputError
from fcflow.networks.affine import AffineNetwork
from fcflow.seeds import Stream
from fcflow.training.affine_kernel import train_on_fresh_points
from fcflow.training.schedule import Adam


class AffineFreshTraining:
    """A linear network in training on fresh points.

    Parameters
    ----------
    network : AffineNetwork
        Where training starts. It is not changed. Its dtype is the training's.
    A : float64 [d, d]
        The mixing matrix.
    seed : int
        The run's, from which all points follow.
    batch_size : int
        Points of a step; step t sees those with the numbers from t · batch_size on.
    decay_steps : float
        τ: the step size is the learning rate over √(1 + t / τ).
    adam : Adam, optional
        By default PyTorch's settings.

    Raises
    ------
    InputError
        If A does not fit the network, or a number is below its least value.

    Examples
    --------
    >>> from fcflow.networks.affine import initial_affine_network
    >>> start = initial_affine_network(d=2, hidden=50, seed=0)
    >>> training = AffineFreshTraining(start, np.eye(2), 0, batch_size=8, decay_steps=100)
    >>> training.advance(300)
    >>> (training.network().gap([[1.0, 1.0], [1.0, -1.0]]) > 0).tolist()
    [True, False]
    """

    def __init__(
        self,
        network: AffineNetwork,
        A: NDArray[np.float64],
        seed: int,
        *,
        batch_size: int,
        decay_steps: float,
        adam: Adam | None = None,
    ) -> None:
        d = network.H1.shape[1]
        if A.shape != (d, d) or not np.isfinite(A).all():
            raise InputError(f"A must be finite, of shape {(d, d)}, got {A.shape}")
        if batch_size < 1 or not decay_steps > 0:
            raise InputError(
                f"batch_size must be ≥ 1 and decay_steps > 0, got {batch_size} and {decay_steps}"
            )
        self._A = np.ascontiguousarray(A, dtype=np.float64)
        self._first = np.ascontiguousarray(np.vstack([network.H1.T, network.delta1]))
        self._second, self._last = network.H2.copy(), network.delta2.copy()
        weights = (self._first, self._second, self._last)
        self._moments = [np.zeros((2, *array.shape), array.dtype) for array in weights]
        self._key = corner_key(seed, Stream.FRESH_POINTS)
        self._batch_size, self._decay_steps, self._adam = batch_size, decay_steps, adam or Adam()
        self._done = 0

    def advance(self, steps: int) -> None:
        """Take so many further steps."""
        adam = self._adam
        train_on_fresh_points(
            self._first, self._second, self._last, *self._moments, self._A, self._key,
            self._done, steps, self._batch_size, adam.learning_rate, self._decay_steps,
            adam.beta1, adam.beta2, adam.epsilon,
        )  # fmt: skip
        self._done += steps

    def network(self) -> AffineNetwork:
        """Return a copy of the network as it is."""
        return AffineNetwork(
            H1=np.ascontiguousarray(self._first[:-1].T),
            delta1=self._first[-1].copy(),
            H2=self._second.copy(),
            delta2=self._last.copy(),
        )
