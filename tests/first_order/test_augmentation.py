import copy

import pytest
import torch

from fcflow.first_order.attack import iterated, one_step
from fcflow.first_order.augmentation import (
    PGD_STEP_SHARE,
    PGD_STEPS,
    attacked_losses,
    augmented_losses,
)
from fcflow.first_order.loss import losses
from fcflow.first_order.penalties import gradient_penalty


def joined(gradients):
    return torch.cat([gradient.flatten() for gradient in gradients])


def both(networks, x, y, norm, size):
    """Return the gradients by the weights of the penalty, and of the augmentation per size."""
    point = networks.own_images(x).detach().requires_grad_()
    penalty = gradient_penalty(losses(networks(point), y), point, norm)
    parameters = list(networks.parameters())
    of_penalty = torch.autograd.grad(penalty.sum(), parameters)
    loss, augmented = augmented_losses(networks, x, y, torch.tensor(size), norm)
    of_augmentation = torch.autograd.grad(((augmented - loss) / size).sum(), parameters)
    return joined(of_penalty), joined(of_augmentation)


@pytest.mark.parametrize("norm", ["inf", "2"])
@pytest.mark.parametrize("training", [False, True])
def test_a_smooth_networks_penalty_is_the_limit_of_its_augmentation(group, images, norm, training):
    networks = group("gelu").train(training)
    x, y = images(networks.design)
    penalty, augmentation = both(networks, x, y, norm, 1e-6)
    assert float((penalty - augmentation).norm() / penalty.norm()) < 1e-4


def test_a_relu_networks_penalty_misses_the_kinks_that_augmentation_crosses(group, images):
    # At a size that crosses kinks the two differ although a smooth network's hardly do.
    differences = []
    for activation in ("relu", "gelu"):
        networks = group(activation)
        x, y = images(networks.design, 40)
        penalty, augmentation = both(networks, x, y, "inf", 1e-2)
        differences.append(float((penalty - augmentation).norm() / penalty.norm()))
    assert differences[0] > 3 * differences[1]


@pytest.mark.parametrize("norm", ["inf", "2"])
def test_augmentation_is_the_mean_of_the_losses_with_and_without_the_attack(group, images, norm):
    networks = group("relu")
    x, y = images(networks.design)
    size = torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64)
    loss, augmented = augmented_losses(networks, x, y, size, norm)
    for number in range(3):
        network = networks.network(number)
        delta = one_step(network, x, y, float(size[number]), norm)
        clean, attacked = (losses(network(points), y) for points in (x, x + delta))
        torch.testing.assert_close(loss[:, number], clean)
        torch.testing.assert_close(augmented[:, number], (clean + attacked) / 2)


def test_an_iterated_attack_raises_the_loss_and_its_own_steps_leave_the_statistics(group, images):
    networks = group("relu").train()
    twins = copy.deepcopy(networks)
    x, y = images(networks.design, 20)
    size = torch.full((3,), 0.1, dtype=torch.float64)
    start = torch.zeros_like(networks.own_images(x))

    attacked = attacked_losses(networks, x, y, size, "inf", start)
    steps = {"steps": PGD_STEPS, "step_share": PGD_STEP_SHARE, "batch": len(x)}
    with twins.momentum(0.0):
        clean = losses(twins(x), y)
        delta = iterated(twins, x, y, size, "inf", start=start, **steps)
    torch.testing.assert_close(attacked, losses(twins(twins.own_images(x) + delta), y))
    assert (attacked.mean(0) > clean.mean(0)).all()
    for ours, theirs in zip(networks.norms, twins.norms, strict=True):
        torch.testing.assert_close(ours.running_mean, theirs.running_mean)
        torch.testing.assert_close(ours.running_var, theirs.running_var)
