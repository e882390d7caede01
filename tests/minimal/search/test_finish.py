import pytest
import torch

from fcflow.minimal.search.evaluation import evaluate
from fcflow.minimal.search.finish import finish, settle


def test_the_end_of_a_search_lies_on_the_boundary(plane):
    evaluate(plane, torch.arange(2), torch.tensor([[2.0, 2.0], [0.6, 0.8001]]).double())
    finish(plane)
    assert plane.best_norm.tolist() == pytest.approx([5 * 2**0.5 / 7, 1.0], rel=1e-6)


@pytest.mark.parametrize(("d", "projected"), [(32, True), (33, False)])
def test_in_a_large_box_several_halfspaces_are_too_costly(search, d, projected):
    state = search(lambda x: 1 - x[:, 0], torch.zeros(1, d), (-2.0, 2.0))
    evaluate(state, torch.tensor([0]), torch.full((1, d), 1.5, dtype=torch.float64))
    settle(state)
    assert (int(state.n_backward) > 0) == projected
