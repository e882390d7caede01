"""Trainings whose result is known from plain PyTorch."""

from typing import NamedTuple

import numpy as np
import pytest

from fcflow.data.hypercube import draw_matrix, hypercube_points
from fcflow.networks.affine import AffineNetwork, initial_affine_network
from fcflow.training.reference import plain_affine_module, train_plainly
from fcflow.training.schedule import Adam, shuffled_order


class Training(NamedTuple):
    """The start and the data of a training."""

    network: AffineNetwork
    x: np.ndarray
    sign: np.ndarray
    order: np.ndarray


@pytest.fixture
def make_training():
    """Return a function that makes a training on the hypercube."""

    def make(d, hidden, epochs, seed=0, dtype=np.float64):
        points = hypercube_points(draw_matrix(d, 5.0, seed), sample=None, seed=seed)
        network = initial_affine_network(d, hidden, seed, dtype)
        return Training(network, points.x, points.sign, shuffled_order(2**d, epochs, seed))

    return make


@pytest.fixture
def plain_result():
    """Return a function that trains in plain PyTorch: layers, autograd, optim.Adam."""

    def train(training, batch_size, adam=None):
        module = plain_affine_module(training.network)
        train_plainly(
            module,
            training.x,
            training.sign,
            training.order,
            batch_size=batch_size,
            adam=adam or Adam(),
        )
        arrays = (parameter.detach().numpy() for parameter in module.parameters())
        return dict(zip(training.network.arrays(), arrays, strict=True))

    return train


@pytest.fixture
def largest_relative_difference():
    """Return a function that compares a network with arrays.

    It returns the largest difference, relative to the largest weight of the same array.
    """

    def compare(network, arrays):
        ours = network.arrays()
        return max(
            np.abs(ours[name] - arrays[name]).max() / np.abs(arrays[name]).max() for name in ours
        )

    return compare
