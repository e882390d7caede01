import pytest
import torch

from fcflow.minimal.search.overshoot import overshoot


def test_perturbations_are_lengthened_until_they_flip(search):
    state = search(lambda x: 1 - x[:, 0], torch.zeros(4, 2))
    e = torch.tensor([[1 - 1e-6, 0], [0.9, 0], [0.02, 0], [0.0, 0.0]], dtype=torch.float64)
    overshoot(state, e)
    assert state.best_norm.tolist() == pytest.approx([1 + 9e-6, 1.17, 2.02, torch.inf])


def test_what_is_certain_to_be_missing_is_not_evaluated(search):
    state = search(lambda x: 1 - x[:, 0], torch.zeros(2, 1))
    overshoot(state, torch.tensor([[1 - 1e-9], [0.5]], dtype=torch.float64))
    assert state.best_norm.isfinite().all()
    # One for x itself; the second point goes from the first rung, where half its way is missing, to
    # a share of 0.3, 1 and 3 of it.
    assert state.n_forward.tolist() == [3, 5]


def test_nothing_is_tried_beyond_the_best(search):
    state = search(lambda x: 1 - x[:, 0], torch.zeros(1, 1))
    state.best_norm[:] = 0.55
    overshoot(state, torch.tensor([[0.5]], dtype=torch.float64))
    assert float(state.best_norm) == 0.55
    assert int(state.n_forward) == 2
