"""A wrapped network is never evaluated in float64."""

import torch
from torch import nn

from fcflow.minimal.double_precision import in_float64
from fcflow.minimal.perturbation import minimal_perturbation
from fcflow.networks.imagenet import PixelClassifier
from fcflow.networks.single_precision import SinglePrecision


class Recorded(nn.Module):
    """A model that remembers the dtypes that it and its copies were evaluated in."""

    def __init__(self, model, seen):
        super().__init__()
        self.model, self.remember = model, seen.append

    def forward(self, x):
        """Evaluate, and remember."""
        logits = self.model(x)
        self.remember(logits.dtype)
        return logits


def normalising():
    """Return a classifier with constants that turn to float64 together with its weights."""
    torch.manual_seed(0)
    layers = nn.Sequential(nn.Flatten(), nn.Linear(48, 20), nn.ReLU(), nn.Linear(20, 3))
    return PixelClassifier(layers, mean=(0.5, 0.5, 0.5), std=(0.2, 0.2, 0.2)).eval()


def test_a_float64_copy_is_not_to_be_had():
    wrapped = SinglePrecision(normalising()).eval()
    assert in_float64(wrapped, torch.rand(1, 3, 4, 4)) is wrapped
    assert (
        in_float64(normalising(), torch.rand(1, 3, 4, 4))(torch.rand(1, 3, 4, 4).double()).dtype
        == torch.float64
    )


def test_a_search_stays_in_float32_to_the_end():
    seen = []
    recorded = Recorded(normalising(), seen)
    x = torch.rand(4, 3, 4, 4)
    least = minimal_perturbation(SinglePrecision(recorded).eval(), x, recorded(x).argmax(dim=1))
    assert least.success.all()
    assert {parameter.dtype for parameter in recorded.parameters()} == {torch.float32}
    assert set(seen) == {torch.float32}
