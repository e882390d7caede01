"""Groups are trained as their networks would be alone, in plain PyTorch."""

import numpy as np
import pytest
import torch
from torch import nn

from fcflow.errors import InputError
from fcflow.networks.design import Block, Design
from fcflow.networks.group import initialise_group
from fcflow.seeds import Stream, generator
from fcflow.training.network_group import METHODS, train_group
from fcflow.training.schedule import shuffled_order

DESIGN = Design(
    (Block(3, 2), Block(4, 2)), "flat", size=8, classes=3, activation="gelu", batch_norm=True
)
SETTINGS = {"batch_size": 8, "epochs": 2, "learning_rate": 0.02, "warm_up": 0.25}
STRENGTHS = [0.02, 0.1, 0.1]
SEEDS = [4, 4, 5]


def data(n=21, dtype=torch.float64):
    """Return images whose class is where they are bright."""
    draw = np.random.default_rng(0)
    y = draw.integers(0, 3, n)
    x = draw.standard_normal((n, 1, 8, 8))
    for image, label in zip(x, y, strict=True):
        image[0, :, 2 * label : 2 * label + 2] += 2.0
    return torch.from_numpy(x).to(dtype), torch.from_numpy(y)


def trained(method="plain", *, seeds=SEEDS, strengths=STRENGTHS, before=None, **changed):
    """Return a group after training; each network's seed is that of its weights too."""
    group = initialise_group(DESIGN, seeds).double()
    if before is not None:
        before(group)
    settings = SETTINGS | changed
    train_group(group, *data(), method=method, strengths=strengths, seeds=seeds, **settings)
    return group


def trained_alone(method, strength, seed):
    """Train one network, as the methods are described, by PyTorch's layers and optimiser."""
    network = initialise_group(DESIGN, [seed]).double().network(0).train().requires_grad_()
    x, y = data()
    optimiser = torch.optim.Adam(network.parameters())
    draws = {name: generator(seed, Stream[name]) for name in ("CLASS_SIGNS", "ATTACK_STARTS")}
    rates = [0.5, 1.0, 1.0, 0.75, 0.5, 0.25]  # of six steps: a rise of two, then a fall
    for order in shuffled_order(len(x), 2, seed):
        for rows in torch.from_numpy(order.astype(np.int64)).split(8):
            optimiser.param_groups[0]["lr"] = 0.02 * rates.pop(0)
            optimiser.zero_grad()
            loss_alone(network, x[rows], y[rows], method, strength, draws).backward()
            optimiser.step()
    return network


def loss_alone(network, x, y, method, strength, draws):
    """Return the mean loss of a batch."""
    loss_of = nn.CrossEntropyLoss()
    if method == "pgd":
        start = draws["ATTACK_STARTS"].random(tuple(x.shape), dtype=np.float32) * 2 - 1
        return loss_of(
            network(x + pgd(network, x, y, strength, torch.from_numpy(start).double())), y
        )

    x = x.clone().requires_grad_()
    logits = network(x)
    loss = loss_of(logits, y)
    if method == "plain":
        return loss
    if method == "cross_lipschitz":
        signs = torch.from_numpy(2.0 * draws["CLASS_SIGNS"].integers(0, 2, (len(x), 3)) - 1)
        signs -= signs.mean(1, keepdim=True)
        (g,) = torch.autograd.grad((logits * signs).sum(), x, create_graph=True)
        return loss + strength * 2 / 3 * (g**2).sum() / len(x)

    # The gradients of the sum of the losses.
    (g,) = torch.autograd.grad(
        len(x) * loss, x, create_graph=method.startswith("penalty"), retain_graph=True
    )
    flat = g.flatten(1)
    if method == "penalty_l1":
        return loss + strength / 2 * flat.abs().sum() / len(x)
    if method == "penalty_l2":
        return loss + strength * 8 / 2 * (flat**2).sum(1).sqrt().mean()
    if method == "augmentation_inf":
        delta = strength * g.sign()
    else:
        delta = strength * 8 * (flat / flat.norm(dim=1, keepdim=True)).view_as(x)
    return (loss + loss_of(network(x.detach() + delta), y)) / 2


def pgd(network, x, y, size, start):
    """Return the perturbation after seven steps, with the batch's statistics."""
    norms = [module for module in network if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = 0.0
    delta = size * start
    for _ in range(7):
        point = (x + delta).requires_grad_()
        (g,) = torch.autograd.grad(nn.CrossEntropyLoss()(network(point), y), point)
        delta = (delta + size / (0.75 * 7) * g.sign()).clamp(-size, size)
    for norm in norms:
        norm.momentum = 0.1
    return delta.detach()


@pytest.mark.parametrize("method", METHODS)
def test_every_network_is_trained_as_if_it_were_alone_in_plain_pytorch(method):
    group = trained(method)
    for number, (strength, seed) in enumerate(zip(STRENGTHS, SEEDS, strict=True)):
        alone = trained_alone(method, strength, seed).state_dict()
        for name, tensor in group.network(number).state_dict().items():
            if "num_batches" not in name:
                torch.testing.assert_close(tensor, alone[name], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("method", METHODS)
def test_networks_of_one_seed_are_trained_on_images_that_they_share(method):
    # The same as with images of their own, which a group of several seeds has.
    shared = trained(method, seeds=[4, 4], strengths=STRENGTHS[:2]).arrays()
    own = trained(method).arrays()
    for name, array in shared.items():
        np.testing.assert_allclose(array, own[name][:2], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("method", ["penalty_l1", "penalty_l2", "cross_lipschitz"])
def test_a_method_of_no_strength_is_plain_training(method):
    plain, weak = trained().arrays(), trained(method, strengths=[0.0] * 3).arrays()
    for name, array in plain.items():
        np.testing.assert_allclose(weak[name], array, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seeds", [[4, 4, 4], [4, 5, 6]])
def test_a_network_that_diverges_leaves_the_others_alone(method, seeds):
    def damage(group):
        with torch.no_grad():
            for parameter in group.parameters():
                parameter[1] = 1e300

    broken = trained(method, seeds=seeds, before=damage)
    sound = trained(method, seeds=seeds)
    assert broken.finite().tolist() == [True, False, True]
    for name, array in sound.arrays().items():
        np.testing.assert_array_equal(broken.arrays()[name][[0, 2]], array[[0, 2]])


def test_training_learns_and_ends_in_evaluation_mode():
    group = trained(epochs=30)
    x, y = data()
    assert not group.training
    assert (group(x).argmax(-1) == y[:, None]).double().mean() > 0.9


def test_the_same_seeds_give_the_same_bytes():
    first, second = trained("pgd").arrays(), trained("pgd").arrays()
    assert all((first[name] == second[name]).all() for name in first)


def test_the_number_of_steps_and_the_epochs_are_told():
    group, epochs = initialise_group(DESIGN, SEEDS).double(), []
    options = {"method": "plain", "strengths": STRENGTHS, "seeds": SEEDS, **SETTINGS}
    assert train_group(group, *data(), **options, after=epochs.append) == 6
    assert epochs == [1, 2]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"method": "dropout"}, "there is no method 'dropout'; the methods are plain, penalty_l1"),
        ({"strengths": [0.1]}, "must be 3, one for every network, got 1 and 3"),
        ({"strengths": [0.1, -0.1, 0.1]}, "strengths must be finite and at least 0"),
        ({"seeds": [1, 2]}, "must be 3, one for every network, got 3 and 2"),
        ({"batch_size": 0}, "training needs images, batch_size and epochs ≥ 1"),
        ({"learning_rate": 0.0}, "learning_rate > 0"),
        ({"warm_up": 1.0}, r"warm_up in \[0, 1\)"),
    ],
)
def test_settings_out_of_range_are_refused(changed, message):
    options = {"method": "plain", "strengths": STRENGTHS, "seeds": SEEDS, **SETTINGS, **changed}
    with pytest.raises(InputError, match=message):
        train_group(initialise_group(DESIGN, SEEDS).double(), *data(), **options)


def test_classes_that_do_not_belong_to_the_images_are_refused():
    x, y = data()
    options = {"method": "plain", "strengths": STRENGTHS, "seeds": SEEDS, **SETTINGS}
    with pytest.raises(InputError, match=r"classes must be \[21\], one for every image"):
        train_group(initialise_group(DESIGN, SEEDS).double(), x, y[:-1], **options)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("method", METHODS)
def test_a_gpu_trains_the_same_networks(method):
    group = initialise_group(DESIGN, SEEDS, "cuda").double()
    x, y = (tensor.to("cuda") for tensor in data())
    train_group(group, x, y, method=method, strengths=STRENGTHS, seeds=SEEDS, **SETTINGS)
    expected = trained(method).arrays()
    for name, array in group.arrays().items():
        assert array == pytest.approx(expected[name], rel=1e-6, abs=1e-9)
