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
