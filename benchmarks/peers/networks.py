"""The kinds of networks that are attacked: what each is, what it is trained on, and how."""

from collections.abc import Callable
from typing import NamedTuple

import timm
from torch import Tensor, nn

from benchmarks.peers import data


class Kind(NamedTuple):
    """One kind of network.

    Attributes
    ----------
    build : callable
        Returns it before training; ``training`` seeds its weights.
    data : callable
        What it is trained and attacked on.
    epochs, learning_rate : int, float
        Of its training, by Adam.
    radius : float
        Each training point is first moved so far, in L2, where that raises the loss; 0 for plain
        training.
    points : int
        How many points are attacked.
    """

    build: Callable[[], nn.Module]
    data: Callable[[], data.Data]
    epochs: int
    learning_rate: float
    radius: float
    points: int


class Residual(nn.Module):
    """Adds what its layers make of the input to the input."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        """Return the sum."""
        return x + self.layers(x)


def _dense(inputs: int, width: int, classes: int, activation: type[nn.Module]) -> nn.Module:
    return nn.Sequential(
        nn.Linear(inputs, width),
        activation(),
        nn.Linear(width, width),
        activation(),
        nn.Linear(width, classes),
    )


def _digits() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(512, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )


def _batch_norm() -> nn.Module:
    layers: list[nn.Module] = []
    for before, after in ((3, 24), (24, 32), (32, 48)):
        convolution = nn.Conv2d(before, after, 3, padding=1, bias=False)
        layers += [convolution, nn.BatchNorm2d(after), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(768, 10))


def _gelu() -> nn.Module:
    layers: list[nn.Module] = []
    for before, after in ((3, 24), (24, 48), (48, 64)):
        layers += [nn.Conv2d(before, after, 3, stride=2, padding=1), nn.GELU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(1024, 64), nn.GELU(), nn.Linear(64, 10))


def _colours() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 24, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(24, 48, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(3072, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )


def _residual() -> nn.Module:
    def block(width: int) -> nn.Module:
        return Residual(
            nn.Conv2d(width, width, 3, padding=1), nn.SiLU(), nn.Conv2d(width, width, 3, padding=1)
        )

    return nn.Sequential(
        nn.Conv2d(3, 16, 3, stride=2, padding=1),
        block(16),
        nn.SiLU(),
        nn.AvgPool2d(2),
        nn.Conv2d(16, 32, 1),
        block(32),
        nn.SiLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(32, 10),
    )


def _transformer() -> nn.Module:
    return timm.models.VisionTransformer(
        img_size=32, patch_size=4, embed_dim=48, depth=3, num_heads=4, num_classes=10
    )


# ReLU and maxima leave kinks in the boundary, the others do not; all have bounds, [0, 1].
TRAINED = {
    "dense ReLU": Kind(
        lambda: _dense(10, 32, 3, nn.ReLU), data.drawn_classes, 60, 3e-3, radius=0, points=60
    ),
    "dense tanh": Kind(
        lambda: _dense(13, 48, 3, nn.Tanh), data.wines, 100, 3e-3, radius=0, points=60
    ),
    "digits": Kind(_digits, data.digits, 6, 1e-3, radius=0, points=50),
    "digits, adversarial": Kind(_digits, data.digits, 8, 1e-3, radius=1.5, points=50),
    "colours, batch norm": Kind(_batch_norm, data.colours, 8, 2e-3, radius=0, points=40),
    "colours, GELU": Kind(_gelu, data.colours, 10, 1e-3, radius=0, points=40),
    "colours, adversarial": Kind(_colours, data.colours, 8, 1e-3, radius=0.5, points=40),
    "colours, residual": Kind(_residual, data.colours, 12, 3e-3, radius=0, points=40),
    "colours, transformer": Kind(_transformer, data.colours, 10, 1e-3, radius=0, points=40),
}
