import pytest
import torch

from fcflow.minimal.search.evaluation import evaluate
from fcflow.minimal.search.restart import restart


def test_a_restart_comes_to_the_closest_point_of_a_circle(circle):
    evaluate(circle, torch.tensor([0]), torch.tensor([[0.7, 1.2]], dtype=torch.float64))
    restart(circle, range(1, 4))
    assert float(circle.best_norm) == pytest.approx(1 - 0.17**0.5, rel=1e-2)


def test_a_point_to_which_restarts_come_back_is_left(plane):
    evaluate(plane, torch.tensor([0]), torch.tensor([[0.60003, 0.8]], dtype=torch.float64))
    restart(plane, range(1, 41))
    # Point 1 has no flip to begin beside.
    assert plane.n_backward.tolist() == [40, 0]
