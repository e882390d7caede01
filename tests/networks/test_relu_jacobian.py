import numpy as np
import pytest

from fcflow.networks.relu import initial_relu_network
from fcflow.networks.relu_jacobian import relu_jacobian, relu_outputs


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_the_jacobian_is_that_of_finite_differences(depth):
    network = initial_relu_network(d=5, hidden=30, depth=depth, seed=0, dtype=np.float64)
    x = np.random.default_rng(0).standard_normal(5)
    steps = 1e-6 * np.eye(5)
    expected = (relu_outputs(network, x + steps) - relu_outputs(network, x - steps)).T / 2e-6
    np.testing.assert_allclose(relu_jacobian(network, x), expected, atol=1e-8)


def test_the_gap_is_the_difference_of_the_outputs():
    network = initial_relu_network(d=4, hidden=20, depth=2, seed=1)
    x = np.random.default_rng(1).standard_normal((6, 4))
    outputs = relu_outputs(network, x)
    np.testing.assert_allclose(outputs[:, 0] - outputs[:, 1], network.gap(x), atol=1e-12)
