import pytest
import torch
from torch import nn

from fcflow.errors import InputError
from fcflow.minimal.lengthening import confirmed, lengthen

NOTHING = torch.zeros(0, dtype=torch.int64), torch.zeros(0, 1)


def test_perturbations_grow_until_they_flip_or_are_given_up():
    boundary, start = torch.tensor([1.0, 4.0, 100.0]), torch.ones(3, 1)
    tries, length = [], torch.ones(3)

    def evaluate(rows, delta):
        tries.append(rows.tolist())
        missing = boundary[rows] - delta[:, 0]
        return missing <= 0, missing

    def longer(rows, missing):
        length[rows] += missing.clamp_max(2.0)
        rows = rows[length[rows] < 8]
        return rows, length[rows, None]

    delta, success = lengthen(start, (torch.arange(3), start.clone()), evaluate, longer)
    assert delta[:, 0].tolist() == [1.0, 4.0, 1.0]
    assert success.tolist() == [True, True, False]
    assert tries == [[0, 1, 2], [1, 2], [1, 2], [2]]
    assert start.tolist() == [[1.0]] * 3


def test_a_point_that_falls_back_when_evaluated_again_has_not_succeeded():
    answers = iter([[True, False], [False, True]])
    rows, delta = torch.arange(2), torch.ones(2, 1)

    def longer(failed, missing):
        return (rows, 2 * delta) if failed.tolist() == [1] else NOTHING

    def evaluate(rows, delta):
        return torch.tensor(next(answers)), torch.zeros(2)

    _, success = lengthen(delta, (rows, delta), evaluate, longer)
    assert success.tolist() == [False, True]


def test_nothing_to_try_is_nothing_evaluated():
    delta, success = lengthen(torch.ones(2, 1), NOTHING, None, None)
    assert (delta.tolist(), success.tolist()) == ([[1.0], [1.0]], [False, False])


@pytest.fixture
def plane():
    """Return a model whose gap is 1 - x, evaluated one point after the other, and a margin."""
    sizes = []
    model = nn.Linear(1, 2).eval().requires_grad_(False)
    model.weight.copy_(torch.tensor([[-1.0], [0.0]]))
    model.bias.copy_(torch.tensor([1.0, 0.0]))
    model.register_forward_hook(lambda module, inputs, output: sizes.append(len(output)))
    return model, lambda logits, rows: logits[:, 0] - logits[:, 1], sizes


def test_each_point_alone_is_lengthened_as_little_as_makes_it_flip(plane):
    model, margin, sizes = plane
    x = torch.zeros(4, 1)
    short = torch.tensor([[1.5], [1 - 5e-6], [1 - 5e-4], [0.9]])
    delta, success, logits = confirmed(model, x, short, margin, bounds=None)
    assert success.tolist() == [True, True, True, False]
    assert (delta / short - 1)[:, 0].tolist() == pytest.approx([0, 1e-5, 1e-3, 0], abs=2e-7)
    tried = torch.cat([delta[:3], short[3:] * 1.001])
    torch.testing.assert_close(logits, model(tried).double())
    assert set(sizes[:-1]) == {1}


def test_perturbed_points_stay_within_the_bounds_to_the_last_bit(plane):
    model, margin, _ = plane
    x = torch.rand(1000, 1, generator=torch.Generator().manual_seed(0))
    bounds = 0.0, 0.3 + 2 / 3
    x = x.clamp(*bounds)
    delta, success, _ = confirmed(model, x, torch.ones_like(x), margin, bounds=bounds, batch=1000)
    assert not success.any()
    assert torch.equal(delta, torch.ones_like(x))
    below = lambda logits, rows: torch.full((len(rows),), -1.0)  # noqa: E731
    delta, success, _ = confirmed(model, x, torch.ones_like(x), below, bounds=bounds, batch=1000)
    assert success.all()
    assert bool((x + delta <= bounds[1]).all())


def test_bad_input_is_refused(plane):
    model, margin, _ = plane
    with pytest.raises(InputError, match=r"model.eval\(\)"):
        confirmed(nn.Linear(1, 2), torch.zeros(1, 1), torch.zeros(1, 1), margin, bounds=None)
    with pytest.raises(InputError, match="floating-point"):
        confirmed(model, torch.zeros(1, 1).long(), torch.zeros(1, 1), margin, bounds=None)


def test_no_points_have_no_logits(plane):
    model, margin, _ = plane
    delta, success, logits = confirmed(
        model, torch.zeros(0, 1), torch.zeros(0, 1), margin, bounds=None
    )
    assert len(delta) == len(success) == len(logits) == 0
