import torch

from fcflow.minimal.box import clipped, shifted


def test_points_outside_by_rounding_are_brought_in():
    x = torch.tensor([[-1e-8, 0.3]])
    delta = clipped(x, torch.tensor([[0.0, 0.9]]), (0.0, 1.0))
    assert (x + delta).min() >= 0
    assert (x + delta).max() <= 1


def test_ends_may_be_tensors():
    low, high = torch.tensor([[0.0, 0.4]]), torch.tensor([[0.2, 1.0]])
    x = torch.full((3, 2), 0.5).clamp(low, high)
    moved = x + clipped(x, torch.full((3, 2), -9.0), (low, high))
    assert torch.equal(moved, low.expand(3, 2))


def test_a_perturbation_of_the_moved_point_leads_to_the_same_place():
    x, inside = torch.tensor([[-1e-7]]), torch.tensor([[0.0]])
    delta = shifted(x, inside, torch.tensor([[0.25]]), (0.0, 1.0))
    torch.testing.assert_close(x + delta, torch.tensor([[0.25]]))
    assert shifted(x, x, delta, None) is delta
