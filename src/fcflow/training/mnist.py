"""Training of the MNIST network as in PyTorch's MNIST example.

The optimiser is Adadelta, and its step size shrinks after every epoch.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from fcflow.errors import FcflowError, InputError
from fcflow.networks.mnist_cnn import MnistCnn
from fcflow.seeds import Stream, generator
from fcflow.training.schedule import shuffled_order

_EVALUATED = 100  # images evaluated at once: few enough that activations stay in the cache
_POOLED_SIDE = 12  # of the pooled activations: 28 less 2 for each of two convolutions, halved


@dataclass(frozen=True)
class Adadelta:
    """The optimiser's settings.

    Attributes
    ----------
    learning_rate : float
        The step size of the first epoch.
    learning_rate_decay : float
        What the step size is multiplied by after every epoch.
    rho : float
        The decay of the running averages.
    epsilon : float
        Added to the averages before their roots are taken, so that no step divides by zero.
    """

    learning_rate: float
    learning_rate_decay: float
    rho: float
    epsilon: float


@dataclass(frozen=True)
class Epoch:
    """Loss and accuracy of a network in one epoch of its training.

    Attributes
    ----------
    epoch : int
        From 1.
    learning_rate : float
        In that epoch.
    train_loss, train_accuracy : float
        Over the epoch's batches as they were trained on, dropout included.
    test_loss, test_accuracy : float
        At the end of the epoch, without dropout.
    """

    epoch: int
    learning_rate: float
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float


def evaluate(network: MnistCnn, x: Tensor, labels: Tensor) -> tuple[float, Tensor]:
    """Return the mean cross-entropy of the labels, and the predicted classes, int64 [n]."""
    loss, predicted = 0.0, []
    with torch.no_grad():
        for images, answers in zip(x.split(_EVALUATED), labels.split(_EVALUATED), strict=True):
            logits = network(images)
            loss += float(cross_entropy(logits, answers, reduction="sum"))
            predicted.append(logits.argmax(dim=1))
    return loss / len(x), torch.cat(predicted)


def train_mnist(
    network: MnistCnn,
    train: tuple[Tensor, Tensor],
    test: tuple[Tensor, Tensor],
    *,
    batch_size: int,
    epochs: int,
    adadelta: Adadelta,
    dropout: tuple[float, float],
    seed: int,
    after: Callable[[Epoch], None] = lambda epoch: None,
) -> list[Epoch]:
    """Train a network in place.

    Parameters
    ----------
    network : MnistCnn
    train, test : (float32 [n, 1, 28, 28], int64 [n])
        Images with pixels in [0, 1] and labels, on the network's device.
    batch_size, epochs : int
        The last batch of an epoch may be smaller.
    dropout : (float, float)
        Shares of activations dropped after pooling and in the hidden layer.
    seed : int
        Decides the order of the images and the dropout. All random numbers are drawn on the CPU, so
        they do not depend on the device.
    after : callable
        Called with the record of every epoch when it ends.

    Raises
    ------
    InputError
        If there are no images or a setting is out of range.
    FcflowError
        If the loss is no longer finite.
    """
    x, labels = train
    if (
        len(x) == 0
        or len(test[0]) == 0
        or batch_size < 1
        or epochs < 1
        or not all(0 <= p < 1 for p in dropout)
    ):
        raise InputError(
            "training needs images to train and test on, "
            "batch_size and epochs ≥ 1, dropout in [0, 1)"
        )

    optimiser = torch.optim.Adadelta(
        network.parameters(),
        lr=adadelta.learning_rate,
        rho=adadelta.rho,
        eps=adadelta.epsilon,
        foreach=False,
    )
    schedule = torch.optim.lr_scheduler.StepLR(
        optimiser, step_size=1, gamma=adadelta.learning_rate_decay
    )
    draw, records = generator(seed, Stream.DROPOUT), []
    orders = torch.from_numpy(shuffled_order(len(x), epochs, seed)).to(x.device)
    network.train()
    for number, order in enumerate(orders, start=1):
        batches = ((x[batch], labels[batch]) for batch in order.split(batch_size))
        loss_sum, right = _train_epoch(network, optimiser, batches, dropout, draw)
        if not math.isfinite(loss_sum):
            raise FcflowError(f"training diverged in epoch {number}: lower mnist.learning_rate")

        test_loss, predicted = evaluate(network, *test)
        rate = float(schedule.get_last_lr()[0])
        accuracy = float((predicted == test[1]).double().mean())
        records.append(Epoch(number, rate, loss_sum / len(x), right / len(x), test_loss, accuracy))
        after(records[-1])
        schedule.step()
    network.eval()
    return records


def _train_epoch(
    network: MnistCnn,
    optimiser: torch.optim.Optimizer,
    batches: Iterable[tuple[Tensor, Tensor]],
    dropout: tuple[float, float],
    draw: np.random.Generator,
) -> tuple[float, int]:
    """Take one step for every batch.

    Return the sum of the losses of all images, and how many were classified correctly.
    """
    # Both sums stay on the device until the end, so that no batch waits for the one before it.
    device = network.fc1.weight.device
    loss_sum = torch.zeros((), device=device)
    right = torch.zeros((), dtype=torch.int64, device=device)
    for images, answers in batches:
        optimiser.zero_grad()
        logits = network(images, _masks(network, len(images), dropout, draw))
        loss = cross_entropy(logits, answers)
        loss.backward()
        optimiser.step()
        loss_sum += loss.detach() * len(images)
        right += (logits.detach().argmax(dim=1) == answers).sum()
    return float(loss_sum), int(right)


def _masks(
    network: MnistCnn, n: int, dropout: tuple[float, float], draw: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Return dropout's factors for the pooled activations and for the hidden layer."""
    device = network.fc1.weight.device
    shape = (n, _POOLED_SIDE, _POOLED_SIDE, network.conv2.out_channels)  # channels last in memory
    pooled = _mask(shape, dropout[0], draw).to(device).permute(0, 3, 1, 2)
    return pooled, _mask((n, network.fc1.out_features), dropout[1], draw).to(device)


def _mask(shape: tuple[int, ...], dropped: float, draw: np.random.Generator) -> Tensor:
    """Return random factors that are 0 with probability ``dropped`` and keep the mean at 1.

    The probability is rounded to a multiple of 2^-16, so that 16 random bits decide a factor.
    """
    bits: NDArray[np.uint16] = draw.integers(0, 2**16, shape, dtype=np.uint16)
    kept = bits >= round(dropped * 2**16)
    return torch.from_numpy(kept.astype(np.float32) * np.float32(1 / (1 - dropped)))
