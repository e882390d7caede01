"""States of searches whose boundary is known."""

import pytest
import torch
from torch import nn

from fcflow.minimal.search.evaluation import evaluate_start
from fcflow.minimal.search.state import begin


class Gap(nn.Module):
    """A model of two logits, a gap and zero."""

    def __init__(self, gap):
        super().__init__()
        self.gap = gap

    def forward(self, x):
        """Return logits [n, 2]."""
        gap = self.gap(x)
        return torch.stack([gap, torch.zeros_like(gap)], dim=1)


def _search(gap, x, bounds=None):
    points = torch.as_tensor(x, dtype=torch.float64)
    pair = torch.tensor([[0, 1]]).expand(len(points), 2)
    state = begin(Gap(gap).eval(), points, pair, bounds, batch=2)
    evaluate_start(state)
    return state


@pytest.fixture(scope="session")
def search():
    """Return a function that begins a search from a gap and points."""
    return _search


@pytest.fixture
def plane():
    """Return a search of two points whose boundary is a plane at a distance of one."""
    return _search(lambda x: 5 - 3 * x[:, 0] - 4 * x[:, 1], torch.zeros(2, 2))


def _round_gap(x):
    return 1 - (x[:, 0] - 0.5) ** 2 - x[:, 1] ** 2


@pytest.fixture(scope="session")
def round_gap():
    """Return a gap that is positive inside a circle of radius one about (0.5, 0)."""
    return _round_gap


@pytest.fixture
def circle():
    """Return a search from a point inside that circle, 0.17 ** 0.5 from its centre."""
    return _search(_round_gap, [[0.1, 0.1]])
