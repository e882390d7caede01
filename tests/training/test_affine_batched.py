import numpy as np
import pytest
import torch

from fcflow.errors import InputError
from fcflow.training.affine import train_affine
from fcflow.training.affine_batched import train_affine_batched

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


def columns(trainings):
    return [list(column) for column in zip(*trainings, strict=True)]


@pytest.mark.parametrize("device", DEVICES)
def test_twenty_epochs_equal_plain_pytorch(
    make_training, plain_result, largest_relative_difference, device
):
    trainings = [make_training(d=8, hidden=60, epochs=20, seed=seed) for seed in range(3)]
    together = train_affine_batched(*columns(trainings), batch_size=48, device=device)
    for training, trained in zip(trainings, together, strict=True):
        assert trained.epochs == 20
        assert largest_relative_difference(trained.network, plain_result(training, 48)) < 1e-4


@pytest.mark.parametrize("device", DEVICES)
def test_networks_stop_at_the_epochs_at_which_they_stop_alone(
    make_training, largest_relative_difference, device
):
    trainings = [make_training(d=3, hidden=100, epochs=60, seed=seed) for seed in range(4)]
    alone = [
        train_affine(*training, batch_size=2, stop_when_perfect=True) for training in trainings
    ]
    together = train_affine_batched(
        *columns(trainings), batch_size=2, stop_when_perfect=True, device=device
    )
    assert [trained.epochs for trained in together] == [trained.epochs for trained in alone]
    assert len({trained.epochs for trained in alone}) > 1
    for one, other in zip(alone, together, strict=True):
        assert largest_relative_difference(one.network, other.network.arrays()) < 1e-9


def test_no_networks_take_no_time():
    assert train_affine_batched([], [], [], [], batch_size=2) == []


def test_networks_of_different_sizes_are_refused(make_training):
    trainings = [make_training(d=3, hidden=hidden, epochs=1) for hidden in (4, 5)]
    with pytest.raises(InputError, match="same shapes"):
        train_affine_batched(*columns(trainings), batch_size=2)


def test_sequences_of_different_length_are_refused(make_training):
    network, x, sign, order = make_training(d=3, hidden=4, epochs=1)
    with pytest.raises(InputError, match="same length"):
        train_affine_batched([network], [x], [sign], [order, order], batch_size=2)


def test_float32_stays_float32(make_training):
    training = make_training(d=3, hidden=4, epochs=1, dtype=np.float32)
    trained = train_affine_batched(*columns([training]), batch_size=2)[0]
    assert trained.network.H1.dtype == np.float32
