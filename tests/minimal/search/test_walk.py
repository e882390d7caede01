import pytest
import torch

from fcflow.minimal.search.evaluation import evaluate
from fcflow.minimal.search.walk import walk


def test_walk_reaches_any_flip_and_leaves_those_that_have_one(plane):
    evaluate(plane, torch.tensor([1]), torch.tensor([[2.0, 2.0]], dtype=torch.float64))
    walk(plane, 3)
    assert float(plane.best_norm[0]) == pytest.approx(1.02)
    assert plane.n_backward.tolist() == [2, 0]
