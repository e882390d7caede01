import numpy as np
import pytest
import torch

from fcflow.data.hypercube import draw_matrix, hypercube_points
from fcflow.errors import InputError
from fcflow.networks.relu import initial_relu_network
from fcflow.training.relu import train_relu
from fcflow.training.relu_batched import train_relu_batched
from fcflow.training.schedule import shuffled_order

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


def make(depth, runs=3, hidden=30, d=7):
    points = [
        hypercube_points(draw_matrix(d, 5.0, seed), sample=None, seed=seed) for seed in range(runs)
    ]
    starts = [initial_relu_network(d, hidden, depth, seed, np.float64) for seed in range(runs)]
    orders = [shuffled_order(2**d, 20, seed) for seed in range(runs)]
    return starts, [p.x for p in points], [p.sign for p in points], orders


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_networks_train_as_they_would_alone(depth, device):
    trainings = make(depth)
    together = train_relu_batched(*trainings, batch_size=24, device=device)
    for trained, training in zip(together, zip(*trainings, strict=True), strict=True):
        alone = train_relu(*training, batch_size=24).arrays()
        for name, array in trained.arrays().items():
            np.testing.assert_allclose(array, alone[name], rtol=1e-6, atol=1e-7)


def test_no_networks_take_no_time():
    assert train_relu_batched([], [], [], [], batch_size=2) == []


def test_networks_of_different_sizes_are_refused():
    (one, *_), x, sign, order = make(1, runs=2)
    wider = initial_relu_network(7, 31, 1, 0, np.float64)
    with pytest.raises(InputError, match="same shapes"):
        train_relu_batched([one, wider], x, sign, order, batch_size=2)
    with pytest.raises(InputError, match="same length"):
        train_relu_batched([one], x, sign, order, batch_size=2)
