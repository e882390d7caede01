import numpy as np
import pytest
import torch
from torch import nn

from fcflow.errors import InputError
from fcflow.networks.mnist_cnn import (
    NAMES,
    MnistCnn,
    initial_mnist_cnn,
    network_arrays,
    network_from_arrays,
)
from fcflow.networks.single_precision import SinglePrecision


def small(seed=0):
    return initial_mnist_cnn((3, 4), 5, mean=0.1307, std=0.3081, seed=seed)


def images(n=6):
    return torch.rand(n, 1, 28, 28, generator=torch.Generator().manual_seed(0))


def test_it_is_the_network_of_pytorchs_example():
    network = small()
    layers = nn.Sequential(
        nn.Conv2d(1, 3, 3), nn.ReLU(), nn.Conv2d(3, 4, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Dropout(0.25), nn.Flatten(), nn.Linear(576, 5), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(5, 10),
    ).eval()  # fmt: skip
    for index, layer in zip((0, 2, 7, 10), ("conv1", "conv2", "fc1", "fc2"), strict=True):
        layers[index].load_state_dict(getattr(network, layer).state_dict())
    x = images()
    torch.testing.assert_close(network(x), layers((x - 0.1307) / 0.3081))


def test_dropped_activations_have_no_influence():
    network, x = small(), images(2)
    pooled, hidden = torch.ones(2, 4, 12, 12), torch.ones(2, 5)
    torch.testing.assert_close(network(x, (pooled, hidden)), network(x))
    torch.testing.assert_close(network(x, (pooled, hidden * 0)), network.fc2.bias.expand(2, 10))


def test_weights_start_uniform_within_one_over_the_root_of_the_inputs():
    network = initial_mnist_cnn((8, 16), 32, mean=0.0, std=1.0, seed=0)
    for layer, inputs in (
        (network.conv1, 9),
        (network.conv2, 72),
        (network.fc1, 2304),
        (network.fc2, 32),
    ):
        scaled = layer.weight.detach().flatten() * inputs**0.5
        assert float(scaled.abs().max()) <= 1.0
        assert float(scaled.var()) == pytest.approx(1 / 3, rel=0.2)


def test_weights_depend_on_the_seed_alone():
    first, again, other = (network_arrays(small(seed)) for seed in (1, 1, 2))
    assert all((first[name] == again[name]).all() for name in NAMES)
    assert not (first["fc1.weight"] == other["fc1.weight"]).any()


def test_a_stored_network_is_ready_to_be_differentiated_by_its_input():
    network = network_from_arrays(network_arrays(small()), mean=0.1307, std=0.3081)
    assert not network.training
    assert not any(parameter.requires_grad for parameter in network.parameters())


def test_arrays_of_another_network_are_refused():
    arrays = network_arrays(small())
    with pytest.raises(InputError, match=r"must be conv1\.weight, .*, got conv1\.bias"):
        network_from_arrays({name: arrays[name] for name in NAMES[:3]}, mean=0.0, std=1.0)
    with pytest.raises(InputError, match="do not fit together"):
        network_from_arrays(
            arrays | {"fc2.weight": np.zeros((3, 3), np.float32)}, mean=0.0, std=1.0
        )


def test_single_precision_answers_in_float32_and_so_does_its_copy():
    network, x = small(), images(2)
    single = SinglePrecision(network)
    assert torch.equal(single(x.double()), network(x))
    with pytest.raises(RuntimeError):
        SinglePrecision(MnistCnn((3, 4), 5, mean=0.0, std=1.0).double())(x.double())
