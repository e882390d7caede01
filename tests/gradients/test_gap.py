import pytest
import torch
from torch import nn

from fcflow.errors import InputError
from fcflow.gradients.gap import (
    ANY,
    class_logits,
    gap_gradient,
    loss_gradient,
    pair_gradients,
    pair_logits,
)


@pytest.fixture
def case(dense, draw):
    """Return a network of three classes, points and pairs of classes."""
    return dense(2, nn.Tanh), draw(4, 6), torch.tensor([[0, 1], [2, 0], [1, 2], [0, 2]])


def test_the_gap_and_its_gradient_are_those_of_finite_differences(case):
    model, x, pair = case
    logits, gradient = gap_gradient(model, x, pair)
    torch.testing.assert_close(logits, model(x).gather(1, pair).detach())
    for j in range(6):
        step = torch.zeros(6, dtype=x.dtype)
        step[j] = 1e-6
        ahead, behind = (pair_logits(model, x + sign * step, pair) for sign in (1, -1))
        rise = (ahead - behind) @ torch.tensor([1.0, -1.0], dtype=x.dtype) / 2e-6
        torch.testing.assert_close(gradient[:, j], rise, rtol=1e-6, atol=1e-8)


def test_two_equal_classes_stand_for_the_likeliest_other_one(case):
    model, x, _ = case
    logits = class_logits(model, x, batch=3)
    source = logits.argmax(dim=1)
    second = logits.topk(2, dim=1).indices[:, 1]
    leaving, named = torch.stack([source, source], 1), torch.stack([source, second], 1)
    assert torch.equal(pair_logits(model, x, leaving), pair_logits(model, x, named))
    for of_leaving, of_named in zip(
        gap_gradient(model, x, leaving), gap_gradient(model, x, named), strict=True
    ):
        torch.testing.assert_close(of_leaving, of_named)


def test_gradients_of_losses_and_of_both_logits_agree_with_that_of_the_gap(case):
    model, x, pair = case
    gradient = gap_gradient(model, x, pair)[1]
    of_source, of_target = pair_gradients(model, x, pair)
    torch.testing.assert_close(of_source - of_target, gradient)
    loss = lambda logits: logits.gather(1, pair) @ torch.tensor([1.0, -1.0]).to(logits)  # noqa: E731
    torch.testing.assert_close(loss_gradient(model, x, loss)[1], gradient)


def test_inference_mode_and_frozen_weights_do_not_matter(case):
    model, x, pair = case
    expected = gap_gradient(model, x, pair)[1]
    with torch.inference_mode():
        torch.testing.assert_close(gap_gradient(model.requires_grad_(False), x, pair)[1], expected)
    assert not x.requires_grad


def test_numbers_that_are_not_finite_stay_in_their_rows(returning):
    model = returning(lambda x: torch.stack([x[:, 0].sqrt(), 2 * x[:, 1]], dim=1))
    x = torch.tensor([[0.0, 1.0], [-1.0, 1.0], [4.0, 1.0]])
    logits, gradient = gap_gradient(model, x, torch.tensor([[0, 1]]).expand(3, 2))
    assert logits.isnan().any(dim=1).tolist() == [False, True, False]
    assert logits[2].tolist() == [2.0, 2.0]
    assert gradient.isfinite().all(dim=1).tolist() == [False, False, True]
    assert gradient[2].tolist() == [0.25, -2.0]
    assert class_logits(model, x, 2).isnan().all(dim=1).tolist() == [False, True, False]


def test_the_likeliest_other_class_than_a_target_is_named_by_any(case):
    model, x, _ = case
    logits = class_logits(model, x, batch=4)
    target = logits.argmax(dim=1)
    second = logits.topk(2, dim=1).indices[:, 1]
    reaching = torch.stack([torch.full_like(target, ANY), target], dim=1)
    named = torch.stack([second, target], dim=1)
    assert torch.equal(pair_logits(model, x, reaching), pair_logits(model, x, named))


@pytest.mark.parametrize(
    "function",
    [
        torch.no_grad()(lambda x: 2 * x),
        torch.inference_mode()(lambda x: 2 * x),
        lambda x: 2 * x.data,
        lambda x: nn.Parameter(torch.ones(2)) * x.detach(),
        lambda x: torch.from_numpy(2 * x.detach().numpy()),
        lambda x: (x > 0.5).float(),
    ],
)
def test_an_output_without_a_gradient_to_its_input_is_told_from_a_constant_one(function, returning):
    pair = torch.tensor([[0, 1]])
    with pytest.raises(InputError, match="depends on its input but has no gradient to it"):
        gap_gradient(returning(function), torch.tensor([[1.0, 2.0]]), pair)
    constant = returning(lambda x: torch.tensor([[1.0, 0.0]]))
    _, gradient = gap_gradient(constant, torch.tensor([[1.0, 2.0]]), pair)
    assert gradient.tolist() == [[0.0, 0.0]]


def test_a_first_layer_that_works_in_place_does_not_change_the_input(returning):
    model = returning(lambda x: x.mul_(2.0))
    x, pair = torch.tensor([[1.0, 2.0]]), torch.tensor([[0, 1]])
    assert gap_gradient(model, x, pair)[1].tolist() == [[2.0, -2.0]]
    class_logits(model, x, 1)
    pair_logits(model, x, pair)
    pair_gradients(model, x, pair)
    loss_gradient(model, x, lambda logits: logits[:, 0])
    assert x.tolist() == [[1.0, 2.0]]


def test_a_class_out_of_range_is_refused(case):
    model, x, _ = case
    for take in (pair_logits, gap_gradient):
        with pytest.raises(InputError, match="must be classes from 0 to 2"):
            take(model, x[:1], torch.tensor([[0, 3]]))


def test_a_class_that_is_ruled_out_is_far_away_and_not_an_error(returning):
    mask = torch.tensor([False, True, False])
    model = returning(lambda x: x.masked_fill(mask, -torch.inf))
    x = torch.tensor([[3.0, 2.0, 1.0]])
    assert gap_gradient(model, x, torch.tensor([[0, 0]]))[0].tolist() == [[3.0, 1.0]]
    assert pair_logits(model, x, torch.tensor([[0, 1]]))[0, 1] < -1e37


def test_logits_that_are_no_floating_point_numbers_are_refused(returning):
    with pytest.raises(InputError, match=r"logits of floating point, got torch\.int64"):
        class_logits(returning(lambda x: x.long()), torch.ones(1, 2), 1)
