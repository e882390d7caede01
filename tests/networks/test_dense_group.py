"""Networks side by side are the networks one by one."""

import numpy as np
import pytest
import torch

from fcflow.errors import InputError
from fcflow.networks.dense_group import (
    DenseGroup,
    TaggedRows,
    dense_group,
    initial_dense_group,
    tag_rows,
)
from fcflow.networks.dense_shape import DENSE_ACTIVATIONS, DenseShape
from fcflow.networks.relu import initial_relu_network


@pytest.fixture
def group():
    def make(activation="relu", depth=2):
        return initial_dense_group(DenseShape(5, depth, 7, activation), [3, 4, 8])

    return make


@pytest.mark.parametrize("activation", DENSE_ACTIVATIONS)
@pytest.mark.parametrize("depth", [1, 3])
def test_a_group_is_its_networks_as_layers_of_pytorch(group, activation, depth):
    own = group(activation, depth)
    x = torch.randn(3, 6, 5, generator=torch.Generator().manual_seed(0))
    logits = torch.stack([own.module(i)(x[i]) for i in range(3)])
    torch.testing.assert_close(own(x), logits)
    torch.testing.assert_close(TaggedRows(own)(tag_rows(x)), logits.flatten(0, 1))
    assert sum(p.numel() for p in own.module(0).parameters()) == own.shape.parameters


def test_a_group_of_relus_starts_as_the_papers_networks(group):
    x = np.random.default_rng(0).standard_normal((4, 5))
    for i, seed in enumerate((3, 4, 8)):
        gap = initial_relu_network(5, 7, 2, seed).gap(x)
        points = torch.tensor(x, dtype=torch.float32).expand(3, 4, 5)
        np.testing.assert_allclose(group().gap(points)[i].numpy(), gap, rtol=1e-5, atol=1e-6)


def test_a_group_is_read_as_it_was_written(group):
    own = group("tanh")
    again = dense_group(own.shape, own.arrays())
    x = torch.ones(3, 2, 5)
    assert torch.equal(own(x), again(x))


def test_nothing_changes_along_a_points_tag(group):
    x = tag_rows(torch.ones(3, 2, 5)).requires_grad_()
    (gradient,) = torch.autograd.grad(TaggedRows(group())(x)[:, 0].sum(), x)
    assert torch.equal(gradient[:, -1], torch.zeros(6))
    assert gradient[:, :-1].abs().sum() > 0


@pytest.mark.parametrize("wrong", [{"depth": 0}, {"hidden": 0}, {"activation": "sine"}])
def test_impossible_shapes_are_refused(wrong):
    with pytest.raises(InputError):
        DenseShape(**{"d": 2, "depth": 1, "hidden": 3, "activation": "relu"} | wrong)


def test_layers_that_do_not_fit_are_refused(group):
    own = group()
    with pytest.raises(InputError, match="2 hidden layers"):
        DenseGroup(own.shape, own.weights[:2], own.biases[:2])
