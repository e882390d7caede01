import numpy as np
import pytest
import torch
from torch import nn

from fcflow.errors import FcflowError, InputError
from fcflow.networks.mnist_cnn import initial_mnist_cnn, network_arrays
from fcflow.training.mnist import Adadelta, evaluate, train_mnist
from fcflow.training.schedule import shuffled_order

ADADELTA = Adadelta(1.0, 0.7, 0.9, 1e-6)


def network(seed=0):
    return initial_mnist_cnn((3, 4), 8, mean=0.1, std=0.3, seed=seed)


def digits(n=70, seed=0):
    """Return images whose class is how many of ten bars are lit."""
    draw = np.random.default_rng(seed)
    labels = draw.integers(0, 10, n)
    x = np.zeros((n, 1, 28, 28), np.float32)
    for image, label in zip(x, labels, strict=True):
        image[0, 4 : 4 + 2 * label + 1, 6:20] = 1.0
    return torch.from_numpy(x), torch.from_numpy(labels)


def train(model, data, **changed):
    options = {
        "batch_size": 16,
        "epochs": 2,
        "adadelta": ADADELTA,
        "dropout": (0.25, 0.5),
        "seed": 3,
    }
    return train_mnist(model, data, data, **{**options, **changed})


def test_without_dropout_it_is_plain_pytorch():
    model, plain, (x, labels) = network(), network(), digits()
    records = train(model, (x, labels), dropout=(0.0, 0.0), epochs=3)
    optimiser = torch.optim.Adadelta(plain.parameters(), lr=1.0, rho=0.9, eps=1e-6)
    schedule = torch.optim.lr_scheduler.StepLR(optimiser, step_size=1, gamma=0.7)
    for order in shuffled_order(len(x), 3, 3):
        for start in range(0, len(x), 16):
            batch = torch.from_numpy(order[start : start + 16]).long()
            optimiser.zero_grad()
            loss = nn.NLLLoss()(torch.log_softmax(plain(x[batch]), dim=1), labels[batch])
            loss.backward()
            optimiser.step()
        schedule.step()
    for name, array in network_arrays(plain).items():
        np.testing.assert_allclose(network_arrays(model)[name], array, atol=2e-4, err_msg=name)
    assert [record.learning_rate for record in records] == pytest.approx([1.0, 0.7, 0.49])


def test_records_are_what_the_network_answers():
    model, data = network(), digits()
    records = train(model, data)
    loss, predicted = evaluate(model, *data)
    assert records[-1].test_loss == pytest.approx(loss)
    assert records[-1].test_accuracy == pytest.approx(
        float((model(data[0]).argmax(dim=1) == data[1]).float().mean())
    )
    assert torch.equal(predicted, model(data[0]).argmax(dim=1))
    assert [record.epoch for record in records] == [1, 2]
    assert not model.training


def test_training_learns():
    records = train(network(), digits(300), epochs=8, dropout=(0.1, 0.1))
    assert records[-1].test_accuracy > 0.9
    assert records[-1].train_loss < records[0].train_loss / 2


def test_the_same_seed_gives_the_same_bytes_and_another_one_others():
    states = []
    for seed in (3, 3, 4):
        model = network()
        train(model, digits(), seed=seed)
        states.append(network_arrays(model))
    assert all((states[0][name] == states[1][name]).all() for name in states[0])
    assert any((states[0][name] != states[2][name]).any() for name in states[0])


def test_dropout_drops_its_share_and_keeps_the_mean():
    from fcflow.training.mnist import _mask

    mask = _mask((400, 500), 0.25, np.random.default_rng(0))
    assert mask.unique().tolist() == pytest.approx([0.0, 4 / 3])
    assert float((mask == 0).float().mean()) == pytest.approx(0.25, abs=0.005)
    assert bool((_mask((5, 5), 0.0, np.random.default_rng(0)) == 1).all())


def test_a_diverging_training_is_told():
    x, labels = digits()
    with pytest.raises(
        FcflowError, match=r"training diverged in epoch 1: lower mnist\.learning_rate"
    ):
        train(network(), (x * 1e30, labels), adadelta=Adadelta(1e30, 1.0, 0.9, 1e-6))


@pytest.mark.parametrize("changed", [{"batch_size": 0}, {"epochs": 0}, {"dropout": (1.0, 0.5)}])
def test_settings_out_of_range_are_refused(changed):
    with pytest.raises(InputError, match="training needs images"):
        train(network(), digits(), **changed)


def test_training_without_images_is_refused():
    x, labels = digits()
    with pytest.raises(InputError, match="training needs images"):
        train(network(), (x[:0], labels[:0]))
