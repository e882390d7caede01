"""The plain way to train a network: layers, autograd and ``optim.Adam``. Tests and benchmarks compare with it."""

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from fcflow.networks.affine import AffineNetwork
from fcflow.networks.relu import ReluNetwork
from fcflow.training.schedule import Adam


def plain_affine_module(network: AffineNetwork) -> torch.nn.Sequential:
    """Return the network as two ``nn.Linear`` layers holding copies of its weights.

    Examples
    --------
    >>> from fcflow.networks.affine import initial_affine_network
    >>> plain_affine_module(initial_affine_network(2, 3, seed=0))(torch.zeros(5, 2)).shape
    torch.Size([5, 2])
    """
    m, d = network.H1.shape
    dtype = torch.from_numpy(network.H1).dtype
    layers = torch.nn.Sequential(torch.nn.Linear(d, m, dtype=dtype), torch.nn.Linear(m, 2, dtype=dtype))
    with torch.no_grad():
        for parameter, array in zip(layers.parameters(), network.arrays().values(), strict=True):
            parameter.copy_(torch.from_numpy(array))
    return layers


def plain_relu_module(network: ReluNetwork) -> torch.nn.Sequential:
    """Return the network as ``nn.Linear`` and ``nn.ReLU`` layers holding copies of its weights.

    Examples
    --------
    >>> from fcflow.networks.relu import initial_relu_network
    >>> plain_relu_module(initial_relu_network(2, 3, 2, seed=0))(torch.zeros(5, 2)).shape
    torch.Size([5, 2])
    """
    layers: list[torch.nn.Module] = []
    for weight, bias in zip(network.weights, network.biases, strict=True):
        linear = torch.nn.Linear(weight.shape[1], weight.shape[0], dtype=torch.from_numpy(weight).dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight))
            linear.bias.copy_(torch.from_numpy(bias))
        layers += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def train_plainly(
    model: torch.nn.Module,
    x: ArrayLike,
    sign: ArrayLike,
    order: NDArray[np.int32],
    *,
    batch_size: int,
    adam: Adam | None = None,
) -> None:
    """Train a two-logit model in place as a PyTorch tutorial would, over the batches that ``order`` gives."""
    adam = adam or Adam()
    dtype = next(model.parameters()).dtype
    points = torch.as_tensor(np.asarray(x)).to(dtype)
    labels = torch.as_tensor((np.asarray(sign) < 0).astype(np.int64))
    optimizer = torch.optim.Adam(
        model.parameters(), lr=adam.learning_rate, betas=(adam.beta1, adam.beta2), eps=adam.epsilon
    )
    loss_of = torch.nn.CrossEntropyLoss()
    for epoch in torch.from_numpy(order.astype(np.int64)):
        for batch in epoch.split(batch_size):
            optimizer.zero_grad()
            loss_of(model(points[batch]), labels[batch]).backward()
            optimizer.step()
