"""The dense network, as the workflow trained it."""

import torch
from torch import nn

from fcflow.experiments.images.entries import classifier
from fcflow.experiments.images.network import Arrays, Loaded


def dense(hidden: int) -> nn.Sequential:
    """Return the network with PyTorch's initial weights."""
    return nn.Sequential(nn.Flatten(), nn.Linear(64, hidden), nn.ReLU(), nn.Linear(hidden, 10))


@classifier("digits8_dense")
def digits8_dense(weights: Arrays, *, device: str) -> Loaded:
    """Return the network whose weights these are."""
    model = dense(weights["1.weight"].shape[0])
    model.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
    return Loaded(model.to(device).requires_grad_(False).eval())
