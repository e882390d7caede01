import pytest
import torch
from torch import nn
from torch.nn import functional

from fcflow.models.head import Behind, behind_head, probabilities

X = torch.randn(4, 6, generator=torch.Generator().manual_seed(0))


class Ending(nn.Module):
    """A linear model whose forward ends in a function."""

    def __init__(self, function):
        super().__init__()
        self.linear, self.function = nn.Linear(6, 3), function

    def forward(self, x):
        """Return what the function makes of the logits."""
        return self.function(self.linear(x))


@pytest.mark.parametrize(
    "end",
    [
        lambda z: functional.softmax(z, dim=1),
        lambda z: z.softmax(-1),
        lambda z: torch.log_softmax(z, 1),
        lambda z: torch.log(functional.softmax(z, dim=1)),
        torch.sigmoid,
        torch.tanh,
        functional.softplus,
        nn.Softmax(dim=1),
        nn.Sequential(nn.Sigmoid(), nn.LogSoftmax(dim=1)),
    ],
)
def test_functions_that_keep_the_order_are_left_out(end):
    model = Ending(end).eval()
    behind, dtype = behind_head(model, X)
    assert isinstance(behind, Behind)
    assert dtype == torch.float32
    assert torch.equal(behind(X), model.linear(X))


@pytest.mark.parametrize(
    "end",
    [
        lambda z: z,
        functional.relu,
        lambda z: functional.softmax(z, dim=0),
        lambda z: -functional.softmax(z, dim=1),
        lambda z: functional.softmax(z, dim=1) * torch.tensor([1.0, 2.0, 3.0]),
    ],
)
def test_what_changes_the_order_is_no_head(end):
    model = Ending(end).eval()
    assert behind_head(model, X)[0] is model


def test_probabilities_by_other_ways_are_replaced_by_their_logarithms():
    model = Ending(lambda z: z.exp() / z.exp().sum(dim=1, keepdim=True)).eval()
    behind, _ = behind_head(model, X)
    torch.testing.assert_close(behind(X), torch.log_softmax(model.linear(X), 1))


def test_logits_that_happen_to_add_up_to_one_at_a_point_are_no_probabilities():
    model = nn.Linear(2, 2).eval()
    model.weight.data, model.bias.data = torch.eye(2), torch.tensor([1.0, 0.0])
    x = torch.zeros(1, 2)
    assert probabilities(model(x).detach())
    assert behind_head(model, x)[0] is model
    constant = Ending(lambda z: torch.tensor([[1.0, 0.0, 0.0]]).expand(len(z), 3)).eval()
    assert behind_head(constant, X)[0] is constant


def test_gradients_flow_where_the_softmax_is_flat():
    model = Ending(lambda z: functional.softmax(1e4 * z, dim=1)).eval()
    point = X.clone().requires_grad_()
    behind = behind_head(model, X)[0]
    (gradient,) = torch.autograd.grad(behind(point)[:, 0].sum(), point)
    assert (gradient.abs().amax(dim=1) > 0).all()
