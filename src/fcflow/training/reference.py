"""Training in plain PyTorch, with which tests and benchmarks compare."""

from math import sqrt

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from fcflow.data.fresh_corners import corner_key, fresh_corners
from fcflow.networks.affine import AffineNetwork
from fcflow.seeds import Stream
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


def train_plainly_on_fresh_points(
    model: torch.nn.Module,
    A: NDArray[np.float64],
    seed: int,
    steps: int,
    *,
    batch_size: int,
    decay_steps: float,
    adam: Adam | None = None,
) -> None:
    """Train a model of two logits in place, on the points that a run's steps draw.

    The arguments are those of :class:`fcflow.training.affine_fresh.AffineFreshTraining`.
    """
    adam = adam or Adam()
    dtype = next(model.parameters()).dtype
    key = corner_key(seed, Stream.FRESH_POINTS)
    optimizer = torch.optim.Adam(
        model.parameters(), lr=adam.learning_rate, betas=(adam.beta1, adam.beta2), eps=adam.epsilon
    )
    loss_of = torch.nn.CrossEntropyLoss()
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = adam.learning_rate / sqrt(1 + step / decay_steps)
        z = fresh_corners(key, step * batch_size, batch_size, len(A))
        labels = torch.from_numpy((z[:, -1] < 0).astype(np.int64))
        optimizer.zero_grad()
        loss_of(model(torch.from_numpy(z @ A.T).to(dtype)), labels).backward()
        optimizer.step()
