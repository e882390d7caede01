import numpy as np
import pytest
import torch

from fcflow.errors import InputError
from fcflow.networks.design import DESIGNS, Block, Design, design_named
from fcflow.networks.group import group_from_arrays, initialise_group

# Sides that strides and pools do not divide, every head, pool and padding, hidden layers behind
# convolutions.
OTHERS = [
    Design((Block(3, 2), Block(4, 3)), "average", channels_in=2, size=9, classes=5),
    Design((Block(3, pool="average", window=3),), "flat", (4,), 2, 8, 5, batch_norm=True),
    Design((Block(3, pool="max", window=3, dilation=2),), "max", (4,), 2, 8, 5),
    Design((Block(3, 2, dilation=3), Block(2)), "flat", (), 2, 8, 5, padding="circular"),
]
NAMED = [
    design_named(name, size=size, channels_in=2, classes=5, channels=4, activation=activation)
    for name, size, activation in zip(
        DESIGNS, (14, 14, 14, 28, 28, 7, 7), ["relu", "gelu"] * 4, strict=False
    )
]


def images(design, n=6, seed=0):
    """Return images with a constant background, where the largest values of a window are equal."""
    draw = torch.Generator().manual_seed(seed)
    shape = (n, design.channels_in, design.size, design.size)
    x = torch.randn(shape, generator=draw, dtype=torch.float64)
    x[:, :, : design.size // 3] = -0.4
    return x


def with_gradient(model, x):
    x = x.clone().requires_grad_()
    logits = model(x)
    return logits.detach(), torch.autograd.grad(logits.logsumexp(-1).sum(), x)[0]


def evaluated(design, networks=3):
    group = initialise_group(design, range(networks)).double()
    group.copy_statistics(images(design, seed=1))
    return group.eval()


@pytest.mark.parametrize("design", [*NAMED, *OTHERS])
def test_a_group_is_its_networks_in_plain_pytorch(design):
    group, x = evaluated(design), images(design)
    plain = [with_gradient(group.network(i), x) for i in range(3)]
    logits, gradients = (torch.stack(parts, dim=1) for parts in zip(*plain, strict=True))

    shared, shared_gradient = with_gradient(group, x)
    torch.testing.assert_close(shared, logits)
    torch.testing.assert_close(shared_gradient, gradients.sum(1))
    own, own_gradient = with_gradient(group, group.own_images(x))
    torch.testing.assert_close(own, logits)
    torch.testing.assert_close(own_gradient, gradients)


def test_training_mode_and_running_statistics_are_those_of_plain_pytorch():
    design = design_named("strided", size=14, channels_in=2, classes=5)
    group = initialise_group(design, [0, 1]).double()
    plain = [group.network(i).train() for i in range(2)]
    for seed in range(3):
        x = images(design, seed=seed)
        torch.testing.assert_close(group(x), torch.stack([net(x) for net in plain], dim=1))
    for i, net in enumerate(plain):
        ours = group.network(i).state_dict()
        for name, tensor in net.state_dict().items():
            if "num_batches" not in name:
                torch.testing.assert_close(ours[name], tensor)


def test_a_network_depends_on_its_own_seed_alone():
    design = design_named("paper", size=14, channels_in=1, classes=10)
    one, other = initialise_group(design, [5]).arrays(), initialise_group(design, [4, 5]).arrays()
    for name, array in one.items():
        np.testing.assert_array_equal(array[0], other[name][1])
    assert (other["linears.0.weight"][0] != other["linears.0.weight"][1]).all()


def test_weights_have_he_variance_and_the_last_layers_half_of_it():
    design = Design((Block(40), Block(40)), "average", (300,), channels_in=20, size=4, classes=30)
    arrays = initialise_group(design, [0, 1]).arrays()
    inputs = {"convolutions.0": 180, "convolutions.1": 360, "linears.0": 40, "linears.1": 300}
    for name, fan_in in inputs.items():
        gain = 1 if name == "linears.1" else 2
        variance = arrays[f"{name}.weight"].var()
        assert variance * fan_in == pytest.approx(gain, rel=0.05), name
        assert not arrays[f"{name}.bias"].any()


def test_the_expected_square_of_a_logits_gradient_is_one_at_initialisation():
    # [FO] §3: exact for any widths, depth, strides and padding without zeros. With 400 networks of
    # three blocks the mean has a standard error of about 0.03.
    design = Design(
        (Block(8, 2), Block(8, 2), Block(8, 2)), "flat", size=16, classes=1, padding="reflect"
    )
    x = torch.randn(4, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    group = initialise_group(design, range(400))
    point = group.own_images(x).requires_grad_()
    (gradient,) = torch.autograd.grad(group(point).sum(), point)
    squares = gradient.square().sum((0, 2, 3, 4)) / 4
    error = float(squares.std()) / 400**0.5
    assert error < 0.05
    assert abs(float(squares.mean()) - 1) < 3 * error


def test_arrays_make_the_group_again_and_can_be_cut():
    design = design_named("strided", size=14, channels_in=2, classes=5)
    group, x = evaluated(design).float(), images(design).float()
    again = group_from_arrays(design, group.arrays())
    assert torch.equal(again(x), group(x))
    cut = group_from_arrays(design, {name: a[1:] for name, a in group.arrays().items()})
    torch.testing.assert_close(cut(x), group(x)[:, 1:], rtol=1e-4, atol=1e-5)


def test_arrays_stay_what_they_were_when_the_group_changes():
    group = initialise_group(Design((), "flat", size=2, classes=2), [0])
    arrays = group.arrays()
    with torch.no_grad():
        group.linears[0].weight.add_(1.0)
    assert (arrays["linears.0.weight"] != group.arrays()["linears.0.weight"]).all()


def test_statistics_are_those_of_the_images():
    design = design_named("strided", size=14, channels_in=2, classes=5)
    group, x = initialise_group(design, [0, 1]).double(), images(design, n=9)
    before = group(x)
    group.copy_statistics(x)
    assert group.training
    # Running variances divide by one value fewer than the batch's: 9 × 2² values in the last block.
    torch.testing.assert_close(group.eval()(x), before, rtol=0.1, atol=0.1)
    assert all(norm.momentum == 0.1 for norm in group.norms)


def test_a_broken_network_leaves_the_others_alone():
    design = design_named("strided", size=14, channels_in=2, classes=5)
    group, x = evaluated(design), images(design)
    with torch.no_grad():
        before = group(x)
        for parameter in group.parameters():
            parameter[1] = torch.nan
    assert group.finite().tolist() == [True, False, True]
    for after in (group(x), group(group.own_images(x))):
        assert torch.equal(after[:, [0, 2]].isfinite().all(), torch.tensor(True))
        torch.testing.assert_close(after[:, [0, 2]], before[:, [0, 2]])
        assert after[:, 1].isnan().all()


def test_images_of_another_shape_are_refused():
    group = evaluated(design_named("dense1", size=14, channels_in=1, classes=5))
    with pytest.raises(InputError, match=r"images must be \[1, 14, 14\], or \[3, 1, 14, 14\]"):
        group(torch.zeros(2, 1, 28, 28))


def test_arrays_of_another_design_are_refused():
    arrays = evaluated(design_named("dense1", size=14, channels_in=1, classes=5)).arrays()
    with pytest.raises(InputError, match="the arrays are not those of the design"):
        group_from_arrays(design_named("dense1", size=28, channels_in=1, classes=5), arrays)
    with pytest.raises(InputError, match="equally many networks"):
        group_from_arrays(
            design_named("dense1", size=14, channels_in=1, classes=5),
            arrays | {"linears.0.bias": arrays["linears.0.bias"][1:]},
        )


def test_a_group_needs_a_network():
    with pytest.raises(InputError, match="at least one network"):
        initialise_group(Design((), "flat"), [])
