import pytest
import torch

from fcflow.networks.design import Block
from fcflow.networks.grouped_convolution import _by_convolution, _by_products

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


@pytest.mark.parametrize("padding", ["reflect", "circular"])
@pytest.mark.parametrize(
    "block", [Block(5), Block(5, stride=2), Block(5, stride=3, dilation=2), Block(5, dilation=3)]
)
@pytest.mark.parametrize("networks", [1, 3])
def test_products_and_convolutions_are_the_same(block, padding, networks, draw):
    weight = draw(3, 5, 2, 3, 3, seed=1).requires_grad_()
    x = draw(49, networks, 2, 4, seed=2).requires_grad_()
    results = []
    for convolve in (_by_products, _by_convolution):
        y = convolve(x, weight, block, padding)
        results.append((y, *torch.autograd.grad(y.tanh().sum(), (x, weight))))
    for ours, theirs in zip(*results, strict=True):
        torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("device", DEVICES)
def test_the_convolution_for_a_gpu_gives_the_same_bytes_twice(device, draw):
    weight = draw(3, 5, 2, 3, 3, dtype=torch.float32).to(device)
    x = draw(196, 3, 2, 20, seed=2, dtype=torch.float32).to(device).requires_grad_()
    gradients = []
    for _ in range(2):
        y = _by_convolution(x, weight, Block(5, dilation=2), "reflect")
        gradients.append(torch.autograd.grad(y.tanh().sum(), x)[0])
    assert torch.equal(*gradients)
