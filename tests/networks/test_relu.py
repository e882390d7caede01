import numpy as np
import pytest
import torch

from fcflow.errors import InputError
from fcflow.networks.relu import ReluNetwork, initial_relu_network
from fcflow.networks.relu_module import relu_module


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_the_gap_is_that_of_pytorchs_layers(depth):
    network = initial_relu_network(5, 20, depth, seed=1, dtype=np.float64)
    x = np.random.default_rng(0).standard_normal((30, 5))
    logits = relu_module(network)(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(network.gap(x), logits[:, 0] - logits[:, 1], rtol=1e-10, atol=1e-13)


def test_arrays_and_back_is_the_same_network():
    network = initial_relu_network(3, 4, 2, seed=2)
    again = ReluNetwork.from_arrays(network.arrays())
    assert list(network.arrays()) == ["W0", "b0", "W1", "b1", "W2", "b2"]
    assert again.depth == 2
    np.testing.assert_array_equal(again.weights[1], network.weights[1])


def test_each_layer_starts_within_one_over_the_root_of_its_inputs():
    network = initial_relu_network(4, 900, 2, seed=3)
    for weight, bound in zip(network.weights, (1 / 2, 1 / 30, 1 / 30), strict=True):
        assert 0.95 * bound < np.abs(weight).max() <= bound


def test_layers_that_do_not_fit_are_refused():
    w, b = np.zeros((4, 2)), np.zeros(4)
    narrow, triple = np.zeros((2, 3)), np.zeros((3, 4))
    for weights, biases in [
        ((w,), (b,)),
        ((w, narrow), (b, np.zeros(2))),
        ((w, triple), (b, np.zeros(3))),
    ]:
        with pytest.raises(InputError, match="do not fit"):
            ReluNetwork(weights, biases)
    with pytest.raises(InputError, match="≥ 1"):
        initial_relu_network(2, 3, 0, seed=0)
