import torch

from fcflow.minimal.search.evaluation import evaluate
from fcflow.minimal.search.retreat import retreat


def test_a_flip_that_is_far_too_long_is_halved_until_the_next_half_does_not_flip(search):
    state = search(lambda x: 1 - x[:, 0], [[-1.0, 0.0], [-1.0, 0.0]])
    e = torch.tensor([[1e20, 0.0], [20.0, 0.0]], dtype=torch.float64)
    evaluate(state, torch.arange(2), e)
    retreat(state)
    assert 2 < float(state.best_norm[0]) <= 4
    assert float(state.best_norm[1]) == 20.0
