from itertools import product

import pytest
import torch

from fcflow.first_order.loss import losses
from fcflow.first_order.penalties import cross_lipschitz, cross_lipschitz_estimate, gradient_penalty


def penalty_of(networks, x, y, name):
    """Return the sum of a penalty over images and networks, from the images on."""
    point = networks.own_images(x).detach().requires_grad_()
    logits = networks(point)
    if name == "cross_lipschitz":
        return cross_lipschitz(logits, point).sum()
    return gradient_penalty(losses(logits, y), point, name).sum()


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("name", ["inf", "2", "cross_lipschitz"])
def test_a_penaltys_gradient_by_the_weights_is_its_finite_difference(
    group, images, draw, name, training
):
    networks = group("gelu").train(training)
    x, y = images(networks.design)
    parameters = list(networks.parameters())
    gradients = torch.autograd.grad(penalty_of(networks, x, y, name), parameters, allow_unused=True)
    h = 1e-5
    with networks.momentum(0.0):
        for seed, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=True)):
            direction = draw(*parameter.shape, seed=seed)
            values = []
            for sign in (1, -1):
                with torch.no_grad():
                    parameter += sign * h * direction
                values.append(penalty_of(networks, x, y, name).item())
                with torch.no_grad():
                    parameter -= sign * h * direction
            expected = 0.0 if gradient is None else float((gradient * direction).sum())
            assert (values[0] - values[1]) / (2 * h) == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_cross_lipschitz_is_the_sum_over_ordered_pairs_of_classes(group, images):
    networks = group(classes=4)
    x, _ = images(networks.design)
    point = networks.own_images(x).requires_grad_()
    logits = networks(point)
    gradients = [
        torch.autograd.grad(logits[..., k].sum(), point, retain_graph=True)[0] for k in range(4)
    ]
    pairs = sum((one - other).square().sum((2, 3, 4)) for one in gradients for other in gradients)
    torch.testing.assert_close(cross_lipschitz(logits, point), pairs / 4**2)


def test_the_mean_over_all_signs_is_the_sum_over_all_pairs(group, images):
    networks = group(classes=4)
    x, _ = images(networks.design)
    point = networks.own_images(x).requires_grad_()
    logits = networks(point)
    every_sign = torch.tensor(list(product((-1.0, 1.0), repeat=4)), dtype=torch.float64)
    estimates = [
        cross_lipschitz_estimate(logits, point, signs.expand_as(logits)) for signs in every_sign
    ]
    torch.testing.assert_close(torch.stack(estimates).mean(0), cross_lipschitz(logits, point))
    assert torch.stack(estimates).std(0).min() > 0


def test_an_image_without_a_gradient_has_no_penalty_and_no_error():
    # A network whose weights are zero.
    weight = torch.zeros(4, 3, dtype=torch.float64, requires_grad=True)
    x = torch.ones(2, 1, 2, 2, dtype=torch.float64, requires_grad=True)
    for norm in ("inf", "2"):
        penalty = gradient_penalty((x.flatten(1) @ weight).square().sum(1), x, norm)
        assert not penalty.any()
        assert torch.autograd.grad(penalty.sum(), weight)[0].isfinite().all()
