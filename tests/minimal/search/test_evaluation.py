import torch

from fcflow.minimal.search.evaluation import evaluate, linearise


def test_whatever_flips_and_is_shorter_is_recorded(search):
    state = search(lambda x: 1 - x[:, 0], torch.zeros(3, 2))
    rows = torch.tensor([0, 2])
    e = torch.tensor([[2.0, 0.0], [0.5, 0.0]], dtype=torch.float64)
    assert evaluate(state, rows, e).tolist() == [-1.0, 0.5]
    assert state.best_norm.tolist() == [2.0, torch.inf, torch.inf]
    evaluate(state, rows, 2 * e)
    assert state.best_norm.tolist() == [2.0, torch.inf, torch.inf]
    gap, gradient = linearise(state, rows, 0.75 * e)
    assert gap.tolist() == [-0.5, 0.625]
    assert gradient.tolist() == [[-1.0, 0.0]] * 2
    assert state.best_norm.tolist() == [1.5, torch.inf, torch.inf]
    assert state.n_forward.tolist() == [4, 1, 4]
    assert state.n_backward.tolist() == [1, 0, 1]


def test_points_that_are_misclassified_already_are_closed(search):
    state = search(lambda x: x[:, 0], [[1.0], [-1.0], [0.0]])
    assert state.open.tolist() == [True, False, True]
    assert state.best_norm.tolist() == [torch.inf, 0.0, torch.inf]
    assert state.start_gap.tolist() == [1.0, -1.0, 0.0]
