"""On every device there is, networks compute in full float32."""

import pytest
import torch

from fcflow.gradients.gap import gap_gradient
from fcflow.networks.arithmetic import fix_arithmetic
from fcflow.networks.imagenet import load_classifier, model_card
from fcflow.networks.mnist_cnn import initial_mnist_cnn

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


def differences(network, exact, x, device):
    """Return the relative differences of each input's logits and gradient to those in float64 on the CPU."""
    pair = torch.tensor([[0, 1]]).expand(len(x), 2)
    found = gap_gradient(network, x.to(device), pair.to(device))
    wanted = gap_gradient(exact, x.double(), pair)
    return [
        (f.cpu().double() - w).flatten(1).norm(dim=1) / w.flatten(1).norm(dim=1)
        for f, w in zip(found, wanted, strict=True)
    ]


@pytest.mark.parametrize("device", DEVICES)
def test_the_digits_network_agrees_with_float64_on_the_cpu(device):
    settings = {"mean": 0.13, "std": 0.31, "seed": 0}
    network = initial_mnist_cnn((32, 64), 128, **settings, device=device).eval()
    exact = initial_mnist_cnn((32, 64), 128, **settings).double().eval()
    x = torch.rand(9, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    logits, gradient = differences(network, exact, x, device)
    assert logits.max() < 1e-4
    assert gradient.median() < 1e-4


@pytest.mark.parametrize("device", DEVICES)
def test_the_image_network_agrees_with_float64_on_the_cpu(device):
    fix_arithmetic()
    card = model_card("tf_efficientnet_lite0")
    network, _ = load_classifier(card, "shipped", device=device)
    exact = load_classifier(card, "shipped")[0].double()
    x = torch.rand(9, 3, 96, 96, generator=torch.Generator().manual_seed(0))
    logits, gradient = differences(network, exact, x, device)
    assert logits.max() < 1e-4
    # Where a neuron lies on its kink to the last digit, the gradient is one side's or the other's.
    assert gradient.median() < 1e-4
