import pytest
import torch

from fcflow.minimal.search.evaluation import evaluate
from fcflow.minimal.search.follow import follow


def test_follow_projects_onto_a_plane_at_once(plane):
    evaluate(plane, torch.arange(2), torch.full((2, 2), 1.5, dtype=torch.float64))
    follow(plane)
    assert plane.best_norm.tolist() == pytest.approx([1.0, 1.0])
    assert int(plane.n_backward.max()) <= 2


def test_follow_ends_on_the_kink_where_two_planes_meet(search):
    state = search(
        lambda x: torch.maximum(1 - x[:, 0], 2 - x[:, 0] - 2 * x[:, 1]), torch.zeros(1, 2)
    )
    evaluate(state, torch.tensor([0]), torch.tensor([[1.5, 1.5]], dtype=torch.float64))
    follow(state)
    assert float(state.best_norm) == pytest.approx(1.25**0.5, rel=1e-6)
