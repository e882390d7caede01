import pytest
import torch

from fcflow.minimal.search.evaluation import evaluate
from fcflow.minimal.search.finish import finish, finishing_rounds


def test_the_end_of_a_search_lies_on_the_boundary(plane):
    evaluate(plane, torch.arange(2), torch.tensor([[2.0, 2.0], [1.0, 1.0]], dtype=torch.float64))
    finish(plane, 3)
    assert plane.best_norm.tolist() == pytest.approx([1.0, 1.0], rel=1e-11)


def test_several_halfspaces_in_a_large_box_are_too_costly(search):
    rounds = {
        (d, bounds): finishing_rounds(search(lambda x: x[:, 0], torch.zeros(1, d), bounds))
        for d in (256, 257)
        for bounds in (None, (-1.0, 1.0))
    }
    assert [*rounds.values()] == [2, 2, 2, 0]
