"""A network and pictures of a user's own, as small as they go."""

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

MODEL = """
from torch import nn


def network():
    return nn.Sequential(nn.Flatten(), nn.Linear(192, 16), nn.ReLU(), nn.Linear(16, 3))
"""
CLASSES = ("ants", "bees", "<b>cats&")


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    """Return a folder with ``my_models.py``, its weights, and ``pictures/`` of three classes.

    The weights are such that a class is told by its colour.
    """
    folder = tmp_path_factory.mktemp("own")
    (folder / "my_models.py").write_text(MODEL)
    draw = np.random.default_rng(0)
    for number, name in enumerate(CLASSES):
        (folder / "pictures" / name).mkdir(parents=True)
        for i in range(8):
            pixels = draw.integers(0, 150, (8, 8, 3))
            pixels[..., number] += 90
            image = Image.fromarray(pixels.astype(np.uint8))
            image.save(folder / "pictures" / name / f"{i}.png")
    first = torch.randn(16, 192, generator=torch.Generator().manual_seed(0)) / 40
    for number in range(3):
        first[number] += torch.eye(3)[number].repeat_interleave(64) / 64 * 6
    last = torch.zeros(3, 16)
    # Classes are in the order of the folders' names.
    order = sorted(range(3), key=lambda number: CLASSES[number])
    for output, number in enumerate(order):
        last[output, number] = 4.0
    tensors = {"1.weight": first, "1.bias": torch.zeros(16), "3.weight": last}
    save_file(tensors | {"3.bias": torch.zeros(3)}, folder / "net.safetensors")
    return folder


@pytest.fixture
def here(place, monkeypatch):
    """Return that folder, as the working directory."""
    monkeypatch.chdir(place)
    return place


@pytest.fixture(scope="session")
def options():
    """Return what ``fcflow measure`` is asked for there."""
    return {
        "model": "my_models.py:network",
        "weights": "net.safetensors",
        "images": "pictures",
        "attacks": ["minimal,effort=quick", "fast_l2"],
        "measures": ["factors"],
        "max_pairs": 20,
    }
