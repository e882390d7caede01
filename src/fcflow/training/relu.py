"""Fast training of ReLU networks with two logits, equal to plain PyTorch training ([FC] §6).

A step computes what plain PyTorch computes, with less work around the matrix products:

- Weights, gradients and Adam's two averages each lie in one flat buffer, so Adam is one pass.
- Activations lie in buffers [m + 1, B] whose last row is one. Biases are then a column of the
  weights, and every matrix product reads and writes contiguous memory.
- The last hidden layer's gradient overwrites its activations.
- The gradients of the two logits are opposite, so only one of them is computed.
- A wide first layer has columns of zeros up to a multiple of 16, a vector register of float32: with
  few inputs, the product for its gradient is 1.4 times as fast, and its sums are the same.
"""

from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.networks.relu import ReluNetwork
from fcflow.training.relu_kernel import (
    adam_step,
    loss_slopes,
    mask,
    read_back,
    rectify,
    rectify_and_read,
)
from fcflow.training.schedule import Adam, check_training_input


def train_relu(
    network: ReluNetwork,
    x: ArrayLike,
    sign: ArrayLike,
    order: NDArray[np.int32],
    *,
    batch_size: int,
    adam: Adam | None = None,
) -> ReluNetwork:
    """Train the network by minibatch Adam on the cross-entropy of its two logits.

    Parameters
    ----------
    network : ReluNetwork
        Where training starts. It is not changed. Its dtype, float32 or float64, is the training's.
    x : array_like, shape [n, d]
        The points.
    sign : array_like, shape [n]
        +1 for class 0, -1 for class 1.
    order : int32 array, shape [epochs, n]
        The order of the points in each epoch.
    batch_size : int
        Points in a batch.
    adam : Adam, optional
        The optimiser's settings, by default PyTorch's.

    Returns
    -------
    ReluNetwork
        The weights that ``nn.Linear``, ``nn.ReLU``, autograd and ``optim.Adam`` arrive at, up to
        rounding.

    Raises
    ------
    InputError
        If shapes do not fit, the batch size is below 1, or an input is not finite.

    Examples
    --------
    >>> from fcflow.networks.relu import initial_relu_network
    >>> from fcflow.training.schedule import shuffled_order
    >>> start = initial_relu_network(d=1, hidden=8, depth=1, seed=0)
    >>> order = shuffled_order(2, 200, seed=0)
    >>> trained = train_relu(start, [[1.0], [-1.0]], [1, -1], order, batch_size=2)
    >>> (trained.gap([[1.0], [-1.0]]) > 0).tolist()
    [True, False]
    """
    dtype = network.weights[0].dtype
    points, signs = np.asarray(x, dtype=dtype), np.asarray(sign, dtype=dtype)
    check_training_input(
        network.arrays(), network.weights[0].shape[1], points, signs, order, batch_size
    )

    inputs = np.ascontiguousarray(np.vstack([points.T, np.ones((1, len(points)), dtype=dtype)]))
    state = ReluTraining(network, adam or Adam())
    for epoch in order:
        for start in range(0, len(points), batch_size):
            batch = epoch[start : start + batch_size]
            state.step(inputs, signs, batch)
    return state.network()


_LANES = 16  # numbers in a vector register
_WIDE = 2000  # units; products of narrower layers are small, and gain nothing


class ReluTraining:
    """The buffers of a training, which is taken step by step.

    ``layers[l]`` holds the weights of layer l, [m_l, m_(l-1) + 1], with the bias as last column.
    A wide first layer has more columns: zeros, which stay zero, since so are their gradients.
    """

    def __init__(self, network: ReluNetwork, adam: Adam) -> None:
        layers = [
            np.column_stack([w, b]) for w, b in zip(network.weights, network.biases, strict=True)
        ]
        self.inputs = layers[0].shape[1]
        if len(layers[0]) >= _WIDE:
            layers[0] = np.pad(layers[0], ((0, 0), (0, -self.inputs % _LANES)))
        self.shapes = [layer.shape for layer in layers]
        self.flat = np.concatenate([layer.ravel() for layer in layers])
        self.gradient, self.mean, self.square = (np.zeros_like(self.flat) for _ in range(3))
        self.layers, self.d_layers = self._views(self.flat), self._views(self.gradient)
        self.adam, self.steps = adam, 0
        self.buffers: dict[
            int, tuple[list[NDArray[Any]], list[NDArray[Any]], NDArray[Any], NDArray[Any]]
        ] = {}

    def _views(self, flat: NDArray[Any]) -> list[NDArray[Any]]:
        ends = np.cumsum([rows * columns for rows, columns in self.shapes])
        parts = np.split(flat, ends[:-1])
        return [part.reshape(shape) for part, shape in zip(parts, self.shapes, strict=True)]

    def _buffers_for(
        self, batch: int
    ) -> tuple[list[NDArray[Any]], list[NDArray[Any]], NDArray[Any], NDArray[Any]]:
        """Return the buffers for a batch size, which are made when it first occurs.

        They are the activations with the inputs first, the gradients of all hidden layers but the
        last, the gaps and the signs.
        """
        if batch not in self.buffers:
            rows = [columns for _, columns in self.shapes]
            activations = [np.ones((m, batch), dtype=self.flat.dtype) for m in rows]
            activations[0][self.inputs :] = 0
            gradients = [np.empty((m, batch), dtype=self.flat.dtype) for m in rows[1:-1]]
            gap = np.empty(batch, dtype=self.flat.dtype)
            self.buffers[batch] = activations, gradients, gap, np.empty_like(gap)
        return self.buffers[batch]

    def step(self, inputs: NDArray[Any], signs: NDArray[Any], batch: NDArray[np.int32]) -> None:
        """Take one step of Adam on the batch's mean loss."""
        points, sign = self.inputs_of(len(batch))
        # With mode "raise", NumPy would fill a copy first. The numbers of points are in range.
        np.take(inputs, batch, axis=1, out=points, mode="clip")
        np.take(signs, batch, out=sign, mode="clip")
        self.step_on(len(batch))

    def inputs_of(self, batch: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return where the next batch of this size is written: points [d + 1, B] and signs [B]."""
        activations, _, _, sign = self._buffers_for(batch)
        return activations[0][: self.inputs], sign

    def step_on(self, batch: int, factor: float = 1.0) -> None:
        """Take one step on what was written to ``inputs_of(batch)``, ``factor`` times as long."""
        activations, gradients, gap, sign = self._buffers_for(batch)

        # Forward. The gap is s times the last hidden layer's activations and their row of ones,
        # where s is the difference of the last layer's two rows.
        last = self.layers[-1]
        s = last[0] - last[1]
        depth = len(activations) - 1
        for layer in range(depth):
            z = activations[layer + 1][:-1]
            # Of the first layer, all columns but those of zeros.
            columns = slice(None, None if layer else self.inputs)
            np.matmul(self.layers[layer][:, columns], activations[layer][columns], out=z)
            if layer < depth - 1:
                rectify(z)
        gap.fill(s[-1])
        rectify_and_read(activations[depth][:-1], s[:-1], gap)
        total = loss_slopes(gap, sign)

        d_last = self.d_layers[-1]
        gradient = activations[depth][:-1]
        read_back(gradient, s[:-1], gap, d_last[0, :-1])
        d_last[0, -1] = total
        np.negative(d_last[0], out=d_last[1])
        for layer in range(depth - 1, -1, -1):
            np.matmul(gradient, activations[layer].T, out=self.d_layers[layer])
            if layer:
                np.matmul(self.layers[layer].T, gradient, out=gradients[layer - 1])
                mask(gradients[layer - 1][:-1], activations[layer][:-1])
                gradient = gradients[layer - 1][:-1]
        self._adam_step(factor)

    def _adam_step(self, factor: float) -> None:
        adam, real = self.adam, self.flat.dtype.type
        self.steps += 1
        adam_step(
            self.flat,
            self.mean,
            self.square,
            self.gradient,
            real(factor * adam.learning_rate / (1 - adam.beta1**self.steps)),
            real(1 / sqrt(1 - adam.beta2**self.steps)),
            real(adam.epsilon),
            real(adam.beta1),
            real(1 - adam.beta1),
            real(adam.beta2),
            real(1 - adam.beta2),
        )

    def network(self) -> ReluNetwork:
        """Return a copy of the weights as a network."""
        layers = [self.layers[0][:, : self.inputs], *self.layers[1:]]
        return ReluNetwork(
            tuple(layer[:, :-1].copy() for layer in layers),
            tuple(layer[:, -1].copy() for layer in layers),
        )
