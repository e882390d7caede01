import pytest
import torch

from fcflow.minimal.search.scan import scan


@pytest.mark.parametrize(("d", "looked"), [(32, True), (33, False)])
def test_random_directions_are_looked_into_where_coordinates_are_few(search, d, looked):
    state = search(lambda x: 1 - x[:, 0], torch.zeros(1, d))
    scan(state, 1)
    assert (int(state.n_forward) > 1) == looked
