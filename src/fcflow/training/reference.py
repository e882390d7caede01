"""Training in plain PyTorch, with which tests and benchmarks compare."""

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from fcflow.networks.affine import AffineNetwork
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
    layers = torch.nn.Sequential(
        torch.nn.Linear(d, m, dtype=dtype), torch.nn.Linear(m, 2, dtype=dtype)
    )
    with torch.no_grad():
        for parameter, array in zip(layers.parameters(), network.arrays().values(), strict=True):
            parameter.copy_(torch.from_numpy(array))
    return layers


def train_plainly(
    model: torch.nn.Module,
    x: ArrayLike,
    sign: ArrayLike,
    order: NDArray[np.int32],
    *,
    batch_size: int,
    adam: Adam | None = None,
) -> None:
    """Train a model of two logits in place, with autograd and ``optim.Adam``.

    The arguments are those of :func:`fcflow.training.affine.train_affine`.
    """
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
