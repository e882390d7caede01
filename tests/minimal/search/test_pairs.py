import torch

from fcflow.minimal.search.pairs import curved_rows, flat_rows, keep_nearest, leave_source


def test_points_are_curved_where_the_gradient_at_x_is_wrong(plane):
    plane.linear[:] = 1.0
    plane.best_norm[:] = torch.tensor([1.2, torch.inf], dtype=torch.float64)
    assert (flat_rows(plane).tolist(), curved_rows(plane).tolist()) == ([0], [1])


def test_pairs_that_are_too_long_are_closed_and_a_source_may_be_left_for_any_class(search):
    state = search(lambda x: 1 - x[:, 0], torch.zeros(4, 1))
    state.best_norm[:] = torch.tensor([1.0, 1.1, 3.0, 2.0], dtype=torch.float64)
    keep_nearest(state, torch.tensor([0, 0, 1, 1]), 1.2)
    assert state.open.tolist() == [True, True, False, True]
    leave_source(state)
    assert state.pair.tolist() == [[0, 0]] * 4
    assert state.n_forward.tolist() == [2, 2, 1, 2]
