"""Networks compute in full float32 on every device of this machine."""

import pytest
import torch

from fcflow.gradients.gap import gap_gradient
from fcflow.networks.arithmetic import fix_arithmetic
from fcflow.networks.imagenet import load_classifier, model_card
from fcflow.networks.mnist_cnn import initial_mnist_cnn

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


def differences(network, exact, x, device):
    """Return the relative differences of every input's logits and gradient to the exact ones.

    The exact ones are those in float64 on the CPU.
    """
    pair = torch.tensor([[0, 1]]).expand(len(x), 2)
    single = gap_gradient(network, x.to(device), pair.to(device))
    double = gap_gradient(exact, x.double(), pair)
    return [
        (ours.cpu().double() - theirs).flatten(1).norm(dim=1) / theirs.flatten(1).norm(dim=1)
        for ours, theirs in zip(single, double, strict=True)
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
    # If a neuron's input is zero up to rounding, the gradient may be that of either side.
    assert gradient.median() < 1e-4
