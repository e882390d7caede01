from itertools import product

import numpy as np
import pytest
import torch

from fcflow.errors import InputError
from fcflow.first_order.attack import iterated, one_step, steepest
from fcflow.first_order.loss import image_norms, loss_gradient, losses
from fcflow.networks.design import Design
from fcflow.networks.group import initialise_group

STEPS = {"steps": 8, "step_share": 0.3}


def rises(model, x, y, delta):
    """Return how far the loss rises, for images or images of every network."""
    with torch.no_grad():
        return losses(model(x + delta), y) - losses(model(x), y)


def candidates(norm, size):
    """Return perturbations of size 1 of two by two pixels, all corners or many of a sphere."""
    if norm == "inf":
        corners = torch.tensor(list(product((-1.0, 1.0), repeat=4)), dtype=torch.float64)
        return size * corners.view(-1, 1, 2, 2)
    draw = np.random.default_rng(0).standard_normal((20_000, 4))
    sphere = torch.from_numpy(draw / np.linalg.norm(draw, axis=1, keepdims=True))
    return size * sphere.view(-1, 1, 2, 2)


@pytest.mark.parametrize("norm", ["inf", "2"])
def test_no_perturbation_of_its_size_raises_a_small_networks_loss_further(norm, draw):
    # A smooth network and a small size, where the first order is all but the whole rise.
    design = Design((), "flat", (6,), size=2, classes=3, activation="gelu")
    network = initialise_group(design, [3]).double().network(0)
    size = 1e-4
    for x, y in zip(draw(5, 1, 1, 2, 2), torch.tensor([[0], [1], [2], [0], [1]]), strict=True):
        delta = one_step(network, x, y, size, norm)
        ours = float(rises(network, x, y, delta))
        tried = candidates(norm, size)
        best = float(
            rises(network, x.expand(len(tried), -1, -1, -1), y.expand(len(tried)), tried).max()
        )
        assert ours > 0
        assert ours >= best * (1 - 1e-3)
        # Few of so many come near, so that the comparison means something.
        assert best > 0.98 * ours


@pytest.mark.parametrize(("norm", "exponent"), [("inf", 1), ("2", 2)])
def test_the_rise_is_the_size_times_the_dual_norm_at_first_order(group, images, norm, exponent):
    networks = group()
    x, y = images(networks.design)
    _, gradient = loss_gradient(networks, x, y)
    own = networks.own_images(x)
    differences = []
    for size in (1e-3, 1e-4):
        rise = rises(networks, own, y, one_step(networks, x, y, size, norm))
        differences.append((rise / (size * image_norms(gradient, exponent)) - 1).abs().max())
    assert differences[0] < 0.05
    assert differences[1] < 0.2 * differences[0]


@pytest.mark.parametrize(("norm", "exponent"), [("inf", float("inf")), ("2", 2)])
def test_perturbations_have_the_size_asked_for(group, images, norm, exponent):
    networks = group()
    x, y = images(networks.design)
    size = torch.tensor([0.1, 0.2, 0.4], dtype=torch.float64)
    lengths = image_norms(one_step(networks, x, y, size, norm), exponent)
    torch.testing.assert_close(lengths, size.expand(5, 3))
    lengths = image_norms(iterated(networks, x, y, size, norm, **STEPS), exponent)
    assert (lengths <= size * (1 + 1e-9)).all()
    assert (lengths > 0.5 * size).all()


@pytest.mark.parametrize("norm", ["inf", "2"])
def test_a_groups_attacks_are_its_networks(group, images, norm):
    networks = group("relu")
    x, y = images(networks.design)
    size = torch.tensor([0.1, 0.2, 0.4], dtype=torch.float64)
    single = one_step(networks, x, y, size, norm)
    several = iterated(networks, x, y, size, norm, batch=2, **STEPS)
    for number in range(3):
        network, own = networks.network(number), float(size[number])
        torch.testing.assert_close(single[:, number], one_step(network, x, y, own, norm))
        torch.testing.assert_close(several[:, number], iterated(network, x, y, own, norm, **STEPS))


def test_several_steps_raise_the_loss_further_than_one(group, images):
    networks = group("relu")
    x, y = images(networks.design, 20)
    own = networks.own_images(x)
    one = rises(networks, own, y, one_step(networks, x, y, 0.3, "inf"))
    several = rises(networks, own, y, iterated(networks, x, y, 0.3, "inf", **STEPS))
    assert (several.mean(0) > one.mean(0)).all()


def test_an_attack_can_start_elsewhere(group, images):
    network = group().network(0)
    x, y = images(group().design)
    start = torch.full_like(x, 0.05)
    moved = iterated(network, x, y, 0.1, "inf", steps=1, step_share=0.1, start=start)
    _, gradient = loss_gradient(network, x + start, y)
    torch.testing.assert_close(moved, start + 0.01 * gradient.sign())


def test_bounds_hold(group, images):
    networks = group()
    x, y = images(networks.design)
    x = x.clamp(-1, 1)
    for delta in (
        one_step(networks, x, y, 0.3, "inf", bounds=(-1.0, 1.0)),
        iterated(networks, x, y, 0.3, "2", bounds=(-1.0, 1.0), **STEPS),
    ):
        attacked = networks.own_images(x) + delta
        assert attacked.min() >= -1 - 1e-12
        assert attacked.max() <= 1 + 1e-12


def test_where_the_gradient_is_zero_nothing_moves():
    zero = torch.zeros(2, 1, 2, 2)
    assert not steepest(zero, "2").any()
    assert not steepest(zero, "inf").any()


@pytest.mark.parametrize(
    ("epsilon", "norm", "message"),
    [
        (-0.1, "inf", "epsilon must not be negative"),
        (torch.ones(2), "inf", "one for each network of a group"),
        (0.1, "1", "norm is inf or 2, got '1'"),
    ],
)
def test_settings_out_of_range_are_refused(group, images, epsilon, norm, message):
    networks = group()
    with pytest.raises(InputError, match=message):
        one_step(networks, *images(networks.design), epsilon, norm)


@pytest.mark.parametrize("changed", [{"steps": 0}, {"step_share": 0.0}])
def test_an_attack_without_steps_is_refused(group, images, changed):
    networks = group()
    with pytest.raises(InputError, match="steps ≥ 1 and step_share > 0"):
        iterated(networks, *images(networks.design), 0.1, "inf", **{**STEPS, **changed})
