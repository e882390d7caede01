import pytest
import torch
from torch.nn.functional import conv2d, max_pool2d

from fcflow.networks.pooled_convolution import pooled_convolution


def plain(x, weight, bias):
    return torch.relu(max_pool2d(conv2d(x, weight, bias), 2))


def arguments(shape=(3, 4, 13, 10), channels=5, dtype=torch.float64, layout=torch.channels_last):
    draw = torch.Generator().manual_seed(0)
    x = torch.randn(*shape, generator=draw, dtype=dtype).to(memory_format=layout)
    weight = torch.randn(channels, shape[1], 3, 3, generator=draw, dtype=dtype)
    bias = torch.randn(channels, generator=draw, dtype=dtype)
    return [tensor.requires_grad_() for tensor in (x, weight.to(memory_format=layout), bias)]


def gradients(function, given, wanted=slice(None)):
    result = function(*given)
    slope = torch.randn(result.shape, generator=torch.Generator().manual_seed(1))
    return torch.autograd.grad((result * slope).sum(), given[wanted])


@pytest.mark.parametrize("layout", [torch.channels_last, torch.contiguous_format])
@pytest.mark.parametrize("shape", [(3, 4, 13, 10), (1, 1, 4, 4), (2, 32, 26, 26)])
def test_it_is_convolution_pooling_and_relu_in_turn(shape, layout):
    given = arguments(shape, layout=layout)
    assert torch.equal(pooled_convolution(*given), plain(*given))
    for ours, theirs in zip(
        gradients(pooled_convolution, given), gradients(plain, given), strict=True
    ):
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)


def test_its_gradient_is_that_of_finite_differences():
    assert torch.autograd.gradcheck(pooled_convolution, arguments((2, 2, 6, 8), 3))


def test_float32_agrees_to_rounding():
    given = arguments((4, 32, 26, 26), 64, torch.float32)
    exact = [tensor.detach().double().requires_grad_() for tensor in given]
    for ours, truth in zip(
        gradients(pooled_convolution, given), gradients(plain, exact), strict=True
    ):
        assert ours.dtype == torch.float32
        assert float((ours - truth).norm() / truth.norm()) < 1e-5


def test_frozen_weights_do_not_change_the_gradient_by_the_input():
    given = arguments()
    (moving,) = gradients(pooled_convolution, given, slice(1))
    frozen = [given[0], *(tensor.detach() for tensor in given[1:])]
    assert torch.equal(gradients(pooled_convolution, frozen, slice(1))[0], moving)


def test_a_maximum_of_zero_has_no_gradient():
    x, weight = torch.zeros(1, 1, 4, 4, requires_grad=True), torch.ones(1, 1, 3, 3)
    (gradient,) = torch.autograd.grad(pooled_convolution(x, weight, torch.zeros(1)).sum(), x)
    assert not gradient.any()


def test_the_same_input_gives_the_same_bytes():
    given = arguments(dtype=torch.float32)
    first, again = gradients(pooled_convolution, given), gradients(pooled_convolution, given)
    assert all(torch.equal(*both) for both in zip(first, again, strict=True))
