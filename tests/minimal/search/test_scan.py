import pytest
import torch

from fcflow.minimal.search.scan import scan


@pytest.mark.parametrize(("d", "looked"), [(32, True), (33, False)])
def test_random_directions_are_looked_into_where_coordinates_are_few(search, d, looked):
    state = search(lambda x: 1 - x[:, 0], torch.zeros(1, d))
    scan(state)
    assert (int(state.n_forward) > 1) == looked


def test_a_flip_behind_a_region_without_a_gradient_is_found(search):
    state = search(lambda x: 1 - 2 * (x.norm(dim=1) - 1).clamp(0, 1), [[0.5, 0.0]])
    assert state.best_norm.isinf().all()
    scan(state)
    assert state.best_norm.isfinite().all()
