import pytest
import torch

from fcflow.networks.batch_norm import batch_norm


@pytest.fixture
def arguments(draw):
    parameters = (draw(4, 3, 5, seed=1), draw(3, seed=2).abs() + 0.5, draw(3, seed=3))
    return [parameter.requires_grad_() for parameter in parameters]


def normalised(x, weight, bias):
    return batch_norm(x, weight, bias, 0.1)[0]


def test_it_is_pytorchs(arguments):
    x, weight, bias = arguments
    y, mean, variance = batch_norm(x, weight, bias, 0.1)
    theirs = torch.nn.functional.batch_norm(x, None, None, weight, bias, training=True, eps=0.1)
    torch.testing.assert_close(y, theirs)
    torch.testing.assert_close(mean, x.mean((0, 2)))
    torch.testing.assert_close(variance, x.var((0, 2), unbiased=False))


def test_its_derivatives_are_finite_differences(arguments):
    assert torch.autograd.gradcheck(normalised, arguments)


def test_its_second_derivatives_are_finite_differences(arguments):
    assert torch.autograd.gradgradcheck(normalised, arguments)
