import pytest
import torch
from torch import nn

from fcflow.errors import InputError
from fcflow.first_order.loss import image_norms, loss_gradient, losses, matched_size


def one_at_a_time(group, x, y):
    """Return losses and gradients by PyTorch's loss, one image of one network after the other."""
    loss = torch.zeros(len(x), group.networks, dtype=x.dtype)
    gradient = torch.zeros(len(x), group.networks, *x.shape[1:], dtype=x.dtype)
    for number in range(group.networks):
        network = group.network(number)
        for row in range(len(x)):
            point = x[row : row + 1].clone().requires_grad_()
            value = nn.CrossEntropyLoss()(network(point), y[row : row + 1])
            value.backward()
            loss[row, number], gradient[row, number] = value.detach(), point.grad[0]
    return loss, gradient


@pytest.mark.parametrize("batch", [2, 100])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_it_is_the_gradient_of_one_image_of_one_network(group, images, activation, batch):
    networks = group(activation)
    x, y = images(networks.design)
    expected = one_at_a_time(networks, x, y)
    for ours, theirs in zip(loss_gradient(networks, x, y, batch=batch), expected, strict=True):
        torch.testing.assert_close(ours, theirs)


def test_the_norms_are_sums_over_the_inputs(group, images):
    networks = group()
    x, y = images(networks.design)
    _, gradient = loss_gradient(networks, x, y)
    _, expected = one_at_a_time(networks, x, y)
    for exponent in (1, 2):
        by_hand = (expected.abs() ** exponent).flatten(2).sum(2) ** (1 / exponent)
        torch.testing.assert_close(image_norms(gradient, exponent), by_hand)
    torch.testing.assert_close(
        image_norms(gradient, float("inf")), expected.abs().flatten(2).amax(2)
    )


def test_a_plain_network_has_no_axis_for_networks(group, images):
    networks = group()
    x, y = images(networks.design)
    together = loss_gradient(networks, x, y)
    alone = loss_gradient(networks.network(1), x, y)
    for ours, theirs in zip(alone, together, strict=True):
        torch.testing.assert_close(ours, theirs[:, 1])


def test_networks_can_have_their_own_images_and_classes(group, images):
    networks = group()
    x, y = images(networks.design, 6)
    own = torch.stack([x[:3], x[3:], x[:3]], dim=1)
    classes = torch.stack([y[:3], y[3:], y[3:]], dim=1)
    _, gradient = loss_gradient(networks, own, classes)
    for number in range(3):
        _, alone = loss_gradient(networks.network(number), own[:, number], classes[:, number])
        torch.testing.assert_close(gradient[:, number], alone)


def test_losses_are_minus_the_logarithm_of_the_softmax(draw):
    logits, y = draw(3, 2, 4), torch.tensor([0, 3, 1])
    expected = -logits.softmax(-1).log()[torch.arange(3), :, y]
    torch.testing.assert_close(losses(logits, y), expected)


def test_weights_gather_no_gradients(group, images):
    networks = group()
    loss_gradient(networks, *images(networks.design))
    assert all(parameter.grad is None for parameter in networks.parameters())


def test_an_exponent_below_one_is_refused():
    with pytest.raises(InputError, match=r"exponent is at least 1, got 0\.5"):
        image_norms(torch.zeros(1, 1, 1, 1), 0.5)


def test_matched_sizes_have_the_same_first_order_effect_on_equal_coordinates():
    # A gradient of d equal coordinates has ‖g‖₁ = √d ‖g‖₂.
    gradient = torch.full((1, 1, 5, 5), -0.3)
    effects = [
        matched_size(0.1, norm, 25) * float(image_norms(gradient, exponent))
        for norm, exponent in (("inf", 1), ("2", 2))
    ]
    assert effects[0] == pytest.approx(25 * 0.1 * 0.3)
    assert effects[1] == pytest.approx(25 * 0.1 * 0.3)
