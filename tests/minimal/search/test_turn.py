import pytest
import torch

from fcflow.minimal.search.turn import set_out, shares, turn

BOTH = torch.arange(2)


def test_the_way_down_the_gradient_leads_to_a_plane(plane):
    way, gap = set_out(plane, BOTH)
    assert way.direction.tolist() == [pytest.approx([0.6, 0.8])] * 2
    assert way.length.tolist() == pytest.approx([1.0, 1.0])
    assert gap.tolist() == [5.0, 5.0]


def test_in_a_box_the_way_goes_on_along_its_side(search):
    state = search(lambda x: 1.5 - x.sum(dim=1), torch.zeros(1, 2), bounds=(0.0, 1.0))
    way, _ = set_out(state, torch.tensor([0]))
    assert state.along(torch.tensor([0]), way.direction, way.length).tolist() == [[0.75, 0.75]]


def test_a_saturated_gap_does_not_send_points_to_infinity(search):
    state = search(lambda x: torch.sigmoid(30 - x[:, 0]) - 1e-9, torch.zeros(1, 2))
    way, _ = set_out(state, torch.tensor([0]))
    assert 0 < float(way.length) < 100


def test_turning_comes_to_the_closest_point_of_a_circle(circle):
    first = torch.tensor([0])
    way, _ = set_out(circle, first)
    way.direction[0] = torch.tensor([0.6, 0.8])
    _, length = turn(circle, first, way, shares(0.5, 0.05, 30))
    assert float(length) == pytest.approx(1 - 0.17**0.5, rel=5e-3)
    assert float(circle.best_norm) == pytest.approx(float(length))


def test_the_mean_of_gradients_levels_out_a_kink(search):
    # The closest point to x = (0, 0) is the kink at (1, 0), where neither gradient points.
    state = search(lambda x: 1 - x[:, 0] + x[:, 1].abs(), torch.zeros(1, 2))
    first = torch.tensor([0])
    way, _ = set_out(state, first)
    way.direction[0] = torch.tensor([0.8, 0.6])
    _, length = turn(state, first, way, shares(0.5, 0.02, 60))
    assert float(length) == pytest.approx(1.0, rel=1e-2)


def test_where_the_gap_is_flat_nothing_is_found(search):
    state = search(lambda x: torch.ones_like(x[:, 0]), torch.zeros(1, 2))
    state.model.gap = lambda x: 1 + 0 * x[:, 0]
    first = torch.tensor([0])
    way, _ = set_out(state, first)
    _, length = turn(state, first, way, shares(0.5, 0.1, 4))
    assert length.isinf().all()
