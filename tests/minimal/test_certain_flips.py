"""What is returned flips in any batch, and costs next to nothing in length."""

import pytest
import torch
from torch import nn

from fcflow.minimal.perturbation import minimal_perturbation


@pytest.fixture(params=[(12, 300, 1), (40, 100, 2), (200, 64, 3)])
def far_out(request):
    """Return a network in float32 and points so large that rounding moves the gap."""
    d, m, depth = request.param
    torch.manual_seed(d)
    layers = [nn.Linear(d, m), nn.ReLU()]
    for _ in range(depth - 1):
        layers += [nn.Linear(m, m), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(m, 3)).eval(), 30.0 * torch.randn(40, d)


def test_every_flip_is_one_in_batches_of_any_size(far_out):
    model, x = far_out
    source = model(x).argmax(dim=1)
    perturbation = minimal_perturbation(model, x, source, effort="quick")
    assert perturbation.success.all()
    for batch in (1, 2, 3, 7, 16, 40):
        logits = torch.cat([model(part) for part in (x + perturbation.delta).split(batch)])
        assert (logits.argmax(dim=1) != source).all()


def test_a_point_close_to_the_boundary_is_not_pushed_far_beyond_it(far_out):
    model, x = far_out
    source = model(x).argmax(dim=1)
    perturbation = minimal_perturbation(model, x, source, effort="quick")
    near = x + 0.999 * perturbation.delta
    again = minimal_perturbation(model, near, source, effort="quick")
    exact = minimal_perturbation(model.double(), near.double(), source, effort="quick")
    assert again.success.all()
    # The margin is six times what gaps are off by, which is little more than two roundings of x
    # along the gradient.
    rounding = torch.finfo(torch.float32).eps * near.double().norm(dim=1)
    assert (again.norm <= exact.norm + 16 * rounding).all()


def test_a_point_on_the_boundary_to_the_last_bit_is_flipped_too():
    model = nn.Linear(2, 2, bias=False).eval()
    model.weight.data = torch.tensor([[1.0, -1.0], [0.0, 0.0]])
    perturbation = minimal_perturbation(model, torch.tensor([[0.5, 0.5]]), 0)
    assert perturbation.success.all()
    assert perturbation.norm.item() < 1e-5
