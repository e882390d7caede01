import torch

from fcflow.minimal.search.anneal import anneal


def test_what_it_is_given_flips(search, round_gap):
    state = search(round_gap, [[0.1, 0.1], [0.2, 0.2]])
    anneal(state, 16, torch.tensor([1]))
    assert state.best_norm.isfinite().tolist() == [False, True]
    assert state.n_backward.tolist() == [0, 16]
