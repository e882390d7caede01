import pytest
import torch

from fcflow.minimal.search.ray import crossing


@pytest.mark.parametrize("length", [0.55, 0.9, 1.0, 1.5, 3.0])
def test_a_ray_is_followed_to_the_boundary(search, length):
    state = search(lambda x: 2 - x[:, 0] - 2 * (x[:, 0] - 0.5).clamp_min(0), torch.zeros(1, 2))
    ray = torch.tensor([[length, 0.0]], dtype=torch.float64)
    end = crossing(state, torch.tensor([0]), ray, 1e-12)
    assert float(end[0, 0]) == pytest.approx(1.0, rel=1e-5)
    assert float(state.best_norm) == pytest.approx(1.0, rel=1e-5)


def test_a_ray_that_ends_before_half_the_way_does_not_cross(search):
    state = search(lambda x: 1 - x[:, 0], torch.zeros(2, 1))
    ray = torch.tensor([[0.45], [0.51]], dtype=torch.float64)
    end = crossing(state, torch.arange(2), ray, 1e-6)
    assert end.isfinite().tolist() == [[False], [True]]


def test_a_ray_ends_on_the_box(search):
    state = search(lambda x: 1.5 - x.sum(dim=1), torch.zeros(1, 2), bounds=(0.0, 1.0))
    end = crossing(state, torch.tensor([0]), torch.tensor([[1.0, 0.4]]).double(), 1e-12)
    assert end[0].tolist() == pytest.approx([1.0, 0.5])
