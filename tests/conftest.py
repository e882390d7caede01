"""Small networks of every kind the measures have to work on, and a browser."""

import pytest
import torch
from tests.browser import Visitor, started
from torch import nn


class Returning(nn.Module):
    """A model that is one function."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        """Return what the function returns."""
        return self.function(x)


def _returning(function):
    return Returning(function).eval()


def _linear(weight, bias=None):
    weight = torch.as_tensor(weight, dtype=torch.float64)
    model = nn.Linear(weight.shape[1], weight.shape[0], dtype=torch.float64)
    with torch.no_grad():
        model.weight.copy_(weight)
        model.bias.copy_(torch.zeros(len(weight)) if bias is None else torch.as_tensor(bias))
    return model.eval()


def _dense(depth, activation, seed=0, width=16, d=6, dtype=torch.float64):
    torch.manual_seed(seed)
    layers, inputs = [], d
    for _ in range(depth):
        layers += [nn.Linear(inputs, width), activation()]
        inputs = width
    return nn.Sequential(*layers, nn.Linear(inputs, 3)).to(dtype).eval()


def _convolutional(seed=0, dtype=torch.float64):
    torch.manual_seed(seed)
    layers = [
        nn.Conv2d(2, 4, 3),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Dropout(),
        nn.Flatten(),
    ]
    return nn.Sequential(*layers, nn.Linear(36, 3)).to(dtype).eval()


@pytest.fixture(scope="session")
def returning():
    return _returning


@pytest.fixture(scope="session")
def linear():
    return _linear


@pytest.fixture(scope="session")
def dense():
    return _dense


@pytest.fixture(scope="session")
def convolutional():
    return _convolutional


@pytest.fixture(scope="session")
def draw():
    def normal(*shape, seed=1, dtype=torch.float64):
        return torch.randn(
            shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64
        ).to(dtype)

    return normal


@pytest.fixture(scope="module")
def browser():
    with started() as chromium:
        yield chromium


@pytest.fixture
def visitor(browser):
    made = Visitor(browser)
    yield made
    made.page.close()
