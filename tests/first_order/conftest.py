"""Small groups in float64, with the statistics of some images."""

import pytest
import torch

from fcflow.networks.design import Block, Design
from fcflow.networks.group import initialise_group


@pytest.fixture
def images(draw):
    """Return a function from a design to images and classes."""

    def make(design, n=5):
        x = draw(n, design.channels_in, design.size, design.size, seed=3)
        return x, torch.arange(n) % design.classes

    return make


@pytest.fixture
def group(images):
    """Return a function that makes three networks of two blocks with batch norm."""

    def make(activation="gelu", *, classes=4, networks=3):
        blocks = (Block(4, 2), Block(4, 2))
        design = Design(
            blocks, "flat", size=8, classes=classes, activation=activation, batch_norm=True
        )
        made = initialise_group(design, range(networks)).double()
        made.copy_statistics(images(design, 30)[0])
        return made.eval()

    return make
