import pytest
import torch
from torch import nn

from fcflow.minimal.search.approach import approach, walk
from fcflow.minimal.search.evaluation import evaluate, evaluate_start
from fcflow.minimal.search.state import begin


def test_of_several_classes_the_nearest_is_found(linear):
    model = linear([[3.0, 0.0], [0.0, 0.0], [0.0, 4.0]])
    x = torch.tensor([[1.0, 0.2], [1.0, 0.6]], dtype=torch.float64)
    state = begin(model, x, torch.zeros(2, 2, dtype=torch.int64), None, 4)
    evaluate_start(state)
    approach(state, torch.tensor([[1, 2], [2, 1]]))
    # To f_1 it is 3 x / 3, to f_2 it is (3 x - 4 y) / 5.
    assert state.best_norm.tolist() == pytest.approx([2.2 / 5, 0.6 / 5], rel=1e-3)


def test_points_that_are_misclassified_already_are_not_searched():
    model = nn.Linear(2, 2, dtype=torch.float64).eval()
    x = torch.randn(3, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    source = 1 - model(x).argmax(dim=1)
    state = begin(model, x, source[:, None].expand(3, 2), None, 4)
    evaluate_start(state)
    approach(state, 1 - source[:, None])
    assert state.n_backward.tolist() == [0, 0, 0]


def test_walk_reaches_any_flip_and_leaves_those_that_have_one(plane):
    evaluate(plane, torch.tensor([1]), torch.tensor([[2.0, 2.0]], dtype=torch.float64))
    walk(plane)
    assert float(plane.best_norm[0]) == pytest.approx(1.02)
    assert plane.n_backward.tolist() == [2, 0]
