"""Small networks for the attacks."""

import pytest
import torch
from torch import nn


def _linear(weight, bias=None):
    weight = torch.as_tensor(weight)
    model = nn.Linear(weight.shape[1], weight.shape[0], dtype=weight.dtype).requires_grad_(False)
    model.weight.copy_(weight)
    model.bias.copy_(torch.zeros(len(weight)) if bias is None else torch.as_tensor(bias))
    return model.eval()


def _dense(seed=0, d=6, classes=4, dtype=torch.float64):
    torch.manual_seed(seed)
    layers = [nn.Linear(d, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, classes)]
    return nn.Sequential(*layers).to(dtype).requires_grad_(False).eval()


class Constant(nn.Module):
    """A model that always answers with class 0."""

    def forward(self, x):
        """Return the same logits for every input."""
        return torch.tensor([2.0, 1.0, 0.0], dtype=x.dtype).expand(len(x), 3)


@pytest.fixture(scope="session")
def linear():
    return _linear


@pytest.fixture(scope="session")
def dense():
    return _dense


@pytest.fixture(scope="session")
def constant():
    return Constant().eval()


@pytest.fixture(scope="session")
def draw():
    def normal(*shape, seed=1, dtype=torch.float64):
        return torch.randn(
            shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64
        ).to(dtype)

    return normal
