import copy
import threading

import pytest
import torch
from torch import nn

from fcflow.models.copies import float64_copy, outside_inference

X = torch.randn(3, 6, generator=torch.Generator().manual_seed(0))


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 3)).eval()


def test_a_module_that_holds_a_lock_is_called_with_float64_weights():
    model = network()
    expected = copy.deepcopy(model).double()(X.double())
    model.lock = threading.Lock()
    exact, reason = float64_copy(model, X)
    assert reason == ""
    torch.testing.assert_close(exact(X.double()), expected, rtol=1e-14, atol=1e-14)
    assert all(weight.dtype == torch.float32 for weight in model.parameters())


@pytest.mark.parametrize(
    ("function", "reason"),
    [(lambda x: x.float() * 2, "a dtype of its own"), (lambda x: x @ torch.eye(6), "dtype")],
)
def test_a_model_that_insists_on_float32_says_so(function, reason, returning):
    exact, why = float64_copy(returning(function), X)
    assert exact is None
    assert reason in why


def test_a_copy_that_is_another_function_is_not_used():
    model = network()

    class Referring(nn.Module):
        def __init__(self):
            super().__init__()
            self.shift = nn.Parameter(torch.zeros(1))

        def __deepcopy__(self, memo):
            other = Referring()
            other.shift.data += 1.0
            return other

        def forward(self, x):
            return x + self.shift

    exact, reason = float64_copy(nn.Sequential(Referring(), model).eval(), X)
    # The one that is called with float64 weights is the same function.
    torch.testing.assert_close(exact(X.double()).float(), model(X), rtol=1e-5, atol=1e-6)
    assert reason == ""


def test_weights_made_in_inference_mode_can_be_differentiated_through():
    with torch.inference_mode():
        model = network()
    opened = outside_inference(model)
    point = X.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(opened(point)[:, 0].sum(), point)
    assert (gradient != 0).any()
    ordinary = network()
    assert outside_inference(ordinary) is ordinary
