import numpy as np
import pytest

from fcflow.data.hypercube import draw_matrix, hypercube_points
from fcflow.errors import InputError
from fcflow.networks.relu import initial_relu_network
from fcflow.networks.relu_module import relu_module
from fcflow.training.reference import train_plainly
from fcflow.training.relu import train_relu
from fcflow.training.schedule import Adam, shuffled_order


def make(d, hidden, depth, epochs, dtype=np.float64, seed=0):
    points = hypercube_points(draw_matrix(d, 5.0, seed), sample=None, seed=seed)
    return (
        initial_relu_network(d, hidden, depth, seed, dtype),
        points.x,
        points.sign,
        shuffled_order(2**d, epochs, seed),
    )


def largest_difference_to_plain(training, ours, batch_size, adam=None):
    module = relu_module(training[0])
    train_plainly(module, *training[1:], batch_size=batch_size, adam=adam)
    pairs = zip(
        ours.arrays().values(), (p.detach().numpy() for p in module.parameters()), strict=True
    )
    return max(np.abs(a - b).max() / np.abs(b).max() for a, b in pairs)


@pytest.mark.parametrize(
    ("depth", "hidden", "batch_size"), [(1, 150, 64), (1, 40, 100), (2, 30, 64), (3, 30, 100)]
)
def test_twenty_epochs_equal_plain_pytorch(depth, hidden, batch_size):
    training = make(9, hidden, depth, epochs=20)
    ours = train_relu(*training, batch_size=batch_size)
    assert largest_difference_to_plain(training, ours, batch_size) < 1e-6


def test_adams_settings_are_used():
    training, adam = make(5, 20, 2, epochs=10), Adam(3e-3, 0.8, 0.95, 1e-5)
    ours = train_relu(*training, batch_size=8, adam=adam)
    assert largest_difference_to_plain(training, ours, 8, adam) < 1e-9
    assert largest_difference_to_plain(training, ours, 8) > 1e-2


def test_training_moves_every_layer():
    training = make(6, 20, 3, epochs=5)
    ours = train_relu(*training, batch_size=8).arrays()
    for name, before in training[0].arrays().items():
        assert np.abs(ours[name] - before).max() > 1e-3


def test_float32_follows_plain_float32_for_the_first_steps():
    training = make(6, 100, 2, epochs=1, dtype=np.float32)
    ours = train_relu(*training, batch_size=16)
    assert ours.weights[0].dtype == np.float32
    assert largest_difference_to_plain(training, ours, 16) < 1e-4


def test_the_network_given_is_not_changed():
    training = make(3, 5, 1, epochs=2)
    before = training[0].weights[0].copy()
    train_relu(*training, batch_size=2)
    np.testing.assert_array_equal(training[0].weights[0], before)


def test_the_same_training_gives_the_same_bytes():
    training = make(6, 64, 2, epochs=3, dtype=np.float32)
    first, second = (train_relu(*training, batch_size=7) for _ in range(2))
    assert first.weights[1].tobytes() == second.weights[1].tobytes()


def test_bad_input_is_told_before_training():
    network, x, sign, order = make(3, 5, 1, epochs=1)
    with pytest.raises(InputError, match="batch_size must be ≥ 1, got 0"):
        train_relu(network, x, sign, order, batch_size=0)
    with pytest.raises(InputError, match="shapes"):
        train_relu(network, x[:, :2], sign, order, batch_size=2)
    with pytest.raises(InputError, match="finite"):
        train_relu(network, np.where(x > 0, np.nan, x), sign, order, batch_size=2)
