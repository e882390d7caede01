"""Training side by side is plain PyTorch's training, network by network and step by step."""

import pytest
import torch
from torch.nn import functional

from fcflow.errors import InputError
from fcflow.networks.dense_group import initial_dense_group
from fcflow.networks.dense_shape import DenseShape
from fcflow.training.dense_group import objective, train_dense_group
from fcflow.training.dense_methods import DENSE_METHODS

SEEDS, STEPS, RATE = [3, 4, 8], 6, 0.05
STRENGTHS = [0.1, 0.3, 0.2]


@pytest.fixture
def data():
    draw = torch.Generator().manual_seed(1)
    x = torch.randn(STEPS, 3, 10, 4, generator=draw, dtype=torch.float64)
    return list(zip(x, torch.sign(x[..., -1]), strict=True))


def start(activation="tanh", depth=2):
    shape = DenseShape(4, depth, 6, activation)
    return initial_dense_group(shape, SEEDS, dtype=torch.float64)


def plain_loss(model, x, y, method, strength):
    """Return the objective of one network, with what autograd and torch offer alone."""
    if method in ("plain", "weight_decay"):
        return functional.cross_entropy(model(x), y)
    if method == "adversarial":
        delta = torch.zeros_like(x)
        for _ in range(5):
            point = (x + delta).requires_grad_()
            logits = model(point)
            own = logits.gather(1, y[:, None]).sum()
            (gradient,) = torch.autograd.grad(logits.sum() - 2 * own, point)
            delta = delta + 0.5 * strength * functional.normalize(gradient, dim=1)
            delta = torch.stack(
                [d if d.norm() <= strength else d * strength / d.norm() for d in delta]
            )
        return functional.cross_entropy(model(x + delta), y)
    point = x.clone().requires_grad_()
    each = functional.cross_entropy(model(point), y, reduction="none")
    (gradient,) = torch.autograd.grad(each.sum(), point, create_graph=True)
    if method == "penalty":
        return (each + strength / 2 * gradient.norm(dim=1)).mean()
    shifted = x + strength * functional.normalize(gradient.detach(), dim=1)
    return 0.5 * (each.mean() + functional.cross_entropy(model(shifted), y))


@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
@pytest.mark.parametrize("method", DENSE_METHODS)
def test_every_method_is_plain_pytorchs(data, method, optimiser):
    group, alone = start(), start()
    strengths = [0.0] * 3 if method == "plain" else STRENGTHS
    options = {"steps": STEPS, "learning_rate": RATE, "method": method, "optimiser": optimiser}
    list(train_dense_group(group, data, strengths=strengths, **options))
    for i, strength in enumerate(strengths):
        model = alone.module(i).requires_grad_(True)
        decay = strength if method == "weight_decay" else 0.0
        if optimiser == "adam":
            update = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=decay)
        else:
            update = torch.optim.SGD(model.parameters(), lr=RATE, momentum=0.9)
        for step, (x, sign) in enumerate(data):
            update.param_groups[0]["lr"] = rate = RATE * (1 - step / STEPS)
            y = (sign[i] < 0).long()
            update.zero_grad()
            plain_loss(model, x[i], y, method, strength).backward()
            if optimiser == "sgd" and decay:
                with torch.no_grad():
                    for parameter in model.parameters():
                        parameter.mul_(1 - rate * decay)
            update.step()
        for own, other in zip(group.module(i).parameters(), model.parameters(), strict=True):
            torch.testing.assert_close(own.data, other.data, rtol=1e-9, atol=1e-11)


def test_a_linear_network_is_attacked_as_the_closed_form_says(data):
    # The loss of a linear gap w·x + b under perturbations of length ε is that of the gap less ε‖w‖.
    group, (x, sign) = start("linear"), data[0]
    sizes = torch.tensor(STRENGTHS, dtype=torch.float64)[:, None]
    loss = objective(group, x, sign, sizes, "adversarial")
    gap, zero = group.gap(x), group.gap(torch.zeros_like(x))
    normals = torch.stack(
        [group.gap(torch.eye(4).double().expand(3, 4, 4))[i] - zero[i, 0] for i in range(3)]
    )
    margin = sign * gap - sizes * normals.norm(dim=1, keepdim=True)
    torch.testing.assert_close(loss, functional.softplus(-margin))


def test_networks_do_not_depend_on_those_beside_them(data):
    group, alone = start(), start()
    list(train_dense_group(group, data, steps=STEPS, learning_rate=RATE))
    alone.weights = [weight[1:2] for weight in alone.weights]
    alone.biases = [bias[1:2] for bias in alone.biases]
    own = [(x[1:2], sign[1:2]) for x, sign in data]
    list(train_dense_group(alone, own, steps=STEPS, learning_rate=RATE))
    torch.testing.assert_close(group.weights[1][1], alone.weights[1][0], rtol=1e-12, atol=1e-14)


def test_steps_are_kept_in_order_and_the_first_is_before_training(data):
    group, untouched = start(), start()
    kept = {}
    for step in train_dense_group(group, data, steps=4, learning_rate=RATE, keep=[4, 0, 2]):
        kept[step] = group.arrays()["W0"]
    assert list(kept) == [0, 2, 4]
    assert (kept[0] == untouched.arrays()["W0"]).all()
    assert (kept[4] == group.arrays()["W0"]).all()
    assert (kept[2] != kept[4]).any()


@pytest.mark.parametrize(
    "wrong", [{"method": "dropout"}, {"optimiser": "adagrad"}, {"strengths": [1.0]}]
)
def test_what_cannot_be_trained_is_refused(data, wrong):
    with pytest.raises(InputError):
        list(train_dense_group(start(), data, **{"steps": 1, "learning_rate": 0.1} | wrong))
