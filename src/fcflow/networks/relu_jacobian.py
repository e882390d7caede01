"""Outputs and gradients of a ReLU network, in float64 without PyTorch."""

import numpy as np
from numpy.typing import NDArray

from fcflow.networks.relu import ReluNetwork


def relu_outputs(network: ReluNetwork, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return both logits at points x [n, d], as float64 [n, 2].

    Examples
    --------
    >>> network = ReluNetwork((np.eye(2), np.diag([1.0, 2.0])), (np.zeros(2), np.zeros(2)))
    >>> relu_outputs(network, np.array([[3.0, 1.0], [-3.0, 1.0]]))
    array([[3., 2.],
           [0., 2.]])
    """
    activations = x
    for w, b in zip(network.weights[:-1], network.biases[:-1], strict=True):
        activations = np.maximum(activations @ w.T.astype(np.float64) + b, 0.0)
    outputs: NDArray[np.float64] = (
        activations @ network.weights[-1].T.astype(np.float64) + network.biases[-1]
    )
    return outputs


def relu_jacobian(network: ReluNetwork, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ∇f1 and ∇f2 at one point x [d], as float64 [2, d].

    Examples
    --------
    >>> network = ReluNetwork((np.eye(2), np.diag([1.0, 2.0])), (np.zeros(2), np.zeros(2)))
    >>> relu_jacobian(network, np.array([-3.0, 1.0]))
    array([[0., 0.],
           [0., 2.]])
    """
    jacobian = np.eye(x.size)
    activations = x
    for w, b in zip(network.weights[:-1], network.biases[:-1], strict=True):
        weights = w.astype(np.float64)
        before = weights @ activations + b
        jacobian = (before > 0)[:, None] * (weights @ jacobian)
        activations = np.maximum(before, 0.0)
    gradients: NDArray[np.float64] = network.weights[-1].astype(np.float64) @ jacobian
    return gradients
