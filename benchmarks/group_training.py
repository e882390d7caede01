"""Training of small convolutional networks: as a group, one at a time, and by torch.func.vmap."""

import copy
from collections.abc import Callable
from typing import Any

import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from benchmarks.measure import compare
from fcflow.first_order.loss import losses
from fcflow.memory import keep_freed_memory
from fcflow.networks.design import design_named
from fcflow.networks.group import NetworkGroup, initialise_group
from fcflow.training.network_group import train_group

_NETWORKS, _IMAGES, _STEPS = (1, 5), 100, 5
_SIZE, _STRENGTH, _RATE = 28, 0.02, 0.001
_METHODS = ("plain", "penalty_l1", "augmentation_inf")


def against_plain_pytorch() -> pd.DataFrame:
    """Milliseconds a step of 100 images, by network: 3 blocks of 8 channels, 28 px, one core."""
    keep_freed_memory()
    torch.set_num_threads(1)
    _check(*_start(2))
    rows = []
    for method in _METHODS:
        for networks in _NETWORKS:
            x, y, start = _start(networks)
            ours = _grouped(method, x, y, start)
            alone = compare(ours, _alone(method, x, y, start), 3)
            mapped = compare(ours, _mapped(method, x, y, start), 3)
            steps = _STEPS * networks
            rows.append(
                {
                    "method": method,
                    "networks": networks,
                    "grouped_ms": 1e3 * alone.ours_s / steps,
                    "alone_ms": 1e3 * alone.plain_s / steps,
                    "vmap_ms": 1e3 * mapped.plain_s / steps,
                    "alone_ratio": alone.ratio,
                    "alone_low": alone.ratio_low,
                    "alone_high": alone.ratio_high,
                    "vmap_ratio": mapped.ratio,
                }
            )
    return pd.DataFrame(rows)


def _start(networks: int) -> tuple[Tensor, Tensor, NetworkGroup]:
    draw = torch.Generator().manual_seed(0)
    x = torch.randn(_IMAGES * _STEPS, 1, _SIZE, _SIZE, generator=draw)
    y = torch.randint(0, 10, (len(x),), generator=draw)
    design = design_named("strided", size=_SIZE, channels_in=1, classes=10)
    return x, y, initialise_group(design, range(networks))


def _grouped(method: str, x: Tensor, y: Tensor, start: NetworkGroup) -> Callable[[], NetworkGroup]:
    def work() -> NetworkGroup:
        group = copy.deepcopy(start)
        train_group(
            group,
            x,
            y,
            method=method,
            strengths=[_STRENGTH] * group.networks,
            seeds=[0] * group.networks,
            batch_size=_IMAGES,
            epochs=1,
            learning_rate=_RATE,
        )
        return group

    return work


def _alone(method: str, x: Tensor, y: Tensor, start: NetworkGroup) -> Callable[[], None]:
    """Train the networks one after the other, as one would write it in PyTorch."""

    def work() -> None:
        for number in range(start.networks):
            network = start.network(number).train().requires_grad_()
            optimiser = torch.optim.Adam(network.parameters(), lr=_RATE, fused=True)
            for images, classes in zip(x.split(_IMAGES), y.split(_IMAGES), strict=True):
                optimiser.zero_grad()
                _objective(network, images, classes, method).backward()
                optimiser.step()

    return work


def _objective(network: Any, x: Tensor, y: Tensor, method: str) -> Tensor:
    if method == "plain":
        return cross_entropy(network(x), y)
    point = x.clone().requires_grad_()
    loss = cross_entropy(network(point), y)
    penalised = method == "penalty_l1"
    (gradient,) = torch.autograd.grad(
        len(x) * loss, point, create_graph=penalised, retain_graph=True
    )
    if penalised:
        return loss + _STRENGTH / 2 * gradient.abs().sum() / len(x)
    return (loss + cross_entropy(network(x + _STRENGTH * gradient.sign()), y)) / 2


def _mapped(method: str, x: Tensor, y: Tensor, start: NetworkGroup) -> Callable[[], None]:
    """Train by mapping one network's gradient over stacked weights."""
    networks = [start.network(number).train() for number in range(start.networks)]
    for network in networks:
        # Statistics that are written in place cannot be mapped over; training uses the batch's.
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.track_running_stats = False
                module.running_mean = module.running_var = module.num_batches_tracked = None
    base = networks[0]

    def loss_of(state: dict[str, Tensor], images: Tensor, classes: Tensor) -> Tensor:
        def mean_loss(points: Tensor) -> Tensor:
            return cross_entropy(torch.func.functional_call(base, state, (points,)), classes)

        if method == "plain":
            return mean_loss(images)
        gradient, loss = torch.func.grad_and_value(mean_loss)(images)
        if method == "penalty_l1":
            return loss + _STRENGTH / 2 * gradient.abs().sum()
        return (loss + mean_loss(images + _STRENGTH * gradient.detach().sign())) / 2

    gradients = torch.func.vmap(torch.func.grad(loss_of), in_dims=(0, None, None))

    def work() -> None:
        stacked, _ = torch.func.stack_module_state(networks)
        state = {name: tensor.detach().clone() for name, tensor in stacked.items()}
        optimiser = torch.optim.Adam(state.values(), lr=_RATE, fused=True)
        for images, classes in zip(x.split(_IMAGES), y.split(_IMAGES), strict=True):
            for name, gradient in gradients(state, images, classes).items():
                state[name].grad = gradient
            optimiser.step()

    return work


def _check(x: Tensor, y: Tensor, start: NetworkGroup) -> None:
    """Compare plain training's gradients of one batch, in float64, with those of a network alone.

    The tests compare what all methods have trained.
    """
    group = copy.deepcopy(start).double()
    images, classes = x[:_IMAGES].double(), y[:_IMAGES]
    losses(group(images), classes).mean(0).sum().backward()
    network = group.network(0).train().requires_grad_()
    cross_entropy(network(images), classes).backward()
    ours = group.convolutions[0].weight.grad[0]
    theirs = next(network.parameters()).grad
    assert float((ours - theirs).norm() / theirs.norm()) < 1e-9
