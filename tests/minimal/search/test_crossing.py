import pytest
import torch

from fcflow.minimal.search.crossing import crossing

FIRST = torch.tensor([0])


def straight(d=2):
    return torch.eye(d, dtype=torch.float64)[:1]


@pytest.mark.parametrize("length", [0.55, 0.9, 1.0, 1.5, 3.0])
def test_a_ray_is_followed_to_the_boundary(search, length):
    state = search(lambda x: 2 - x[:, 0] - 2 * (x[:, 0] - 0.5).clamp_min(0), torch.zeros(1, 2))
    guess = torch.tensor([length], dtype=torch.float64)
    end = crossing(state, FIRST, straight(), guess, tolerance=1e-12, evaluations=30)
    assert float(end) == pytest.approx(1.0, rel=1e-9)
    assert float(state.best_norm) == pytest.approx(1.0, rel=1e-9)


def test_a_good_guess_takes_few_evaluations(search):
    state = search(lambda x: 1 - x[:, 0] ** 2, torch.zeros(1, 2))
    slope = torch.tensor([2.0], dtype=torch.float64)
    guess = torch.tensor([0.98], dtype=torch.float64)
    end = crossing(state, FIRST, straight(), guess, slope, tolerance=1e-4)
    assert 1.0 < float(end) < 1.0001
    assert int(state.n_forward) <= 6


def test_a_ray_that_does_not_come_near_the_boundary_does_not_cross(search):
    state = search(lambda x: 1 - x[:, 0] + 10 * x[:, 1].abs(), torch.zeros(1, 2))
    aside = torch.tensor([[0.6, 0.8]], dtype=torch.float64)
    assert crossing(state, FIRST, aside, torch.ones(1).double()).tolist() == [torch.inf]


def test_a_ray_ends_on_the_box(search):
    state = search(lambda x: 1.5 - x.sum(dim=1), torch.zeros(1, 2), bounds=(0.0, 1.0))
    direction = torch.tensor([[1.0, 0.4]], dtype=torch.float64)
    end = crossing(state, FIRST, direction, torch.ones(1).double(), tolerance=1e-12, evaluations=30)
    assert state.along(FIRST, direction, end)[0].tolist() == pytest.approx([1.0, 0.5])


def test_the_boundary_is_found_before_the_model_has_no_answer_any_more(search):
    # log(1 - x) + 2 is zero at 1 - exp(-2), and nothing beyond 1.
    state = search(lambda x: (1 - x[:, 0]).log() + 2, torch.zeros(1, 2))
    end = crossing(
        state, FIRST, straight(), torch.tensor([1.7]).double(), tolerance=1e-9, evaluations=30
    )
    assert float(end) == pytest.approx(1 - torch.tensor(-2.0).exp().item(), rel=1e-6)
