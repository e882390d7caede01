"""A folder with a user's files: a model, its weights, pictures of real digits, and functions."""

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn

from fcflow.data.mnist import read_digits
from fcflow.data.resizing import resized

FILES = {
    "my_models.py": """
from torch import nn

def dense():
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10))

class InPlace(nn.Sequential):
    def forward(self, x):
        return super().forward(x.sub_(0.5))

def in_place():
    return InPlace(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10))

class Masked(nn.Sequential):
    def forward(self, x):
        logits = super().forward(x)
        dark = x.flatten(1).sum(1, keepdim=True) <= 12
        return logits.masked_fill(dark, float("nan"))

def masked():
    return Masked(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10))

class Lost(nn.Sequential):
    def forward(self, x):
        return super().forward(x).masked_fill(x.flatten(1).any(1, keepdim=True), float("nan"))

def lost():
    return Lost(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10))

def three():
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
""",
    "my_pairs.py": """
def neighbours(inputs, labels, predicted, *, most: int = 3):
    rows = [(i, i + 1) for i in range(len(labels) - 1) if labels[i] != labels[i + 1]]
    return rows[:most]

def same(inputs, labels, predicted):
    return [(0, 0)]

def none(inputs, labels, predicted):
    return []

def wrong(inputs, labels, predicted):
    return [1.5, "a"]

def outside(inputs, labels, predicted):
    return [(0, 10**6)]
""",
    "my_measures.py": """
import torch

def largest(model, x1, x2, source, target):
    return (x1 - x2).flatten(1).abs().amax(dim=1)

def two(model, x1, x2, source, target):
    x = x1.requires_grad_()
    slope = torch.autograd.grad(model(x).sum(), x)[0].flatten(1).norm(dim=1)
    return {"slope": slope, "none": [float("inf")] * len(x1)}

def wrong(model, x1, x2, source, target):
    return 3.0

def writes(model, x1, x2, source, target):
    model[1].weight.data.zero_()
    return [1.0] * len(x1)
""",
}


def digits8():
    """Return the 5,000 digits at 8 × 8 pixels, and their labels."""
    digits = read_digits("mnist5k", "")
    small = [np.round(resized(one[None], 8)) for one in digits.pixels]
    return np.stack(small).astype(np.uint8), digits.labels


def trained(pixels, labels):
    """Return a dense network that classifies most of these digits."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10))
    optimiser = torch.optim.Adam(network.parameters(), lr=2e-2)
    x, y = torch.from_numpy(pixels).float() / 255, torch.from_numpy(labels)
    for _ in range(60):
        optimiser.zero_grad()
        nn.functional.cross_entropy(network(x), y).backward()
        optimiser.step()
    return network


def write_files(folder):
    """Write a user's files: 80 digits as pictures in class folders, and the network's weights."""
    pixels, labels = digits8()
    order = np.random.default_rng(0).permutation(len(labels))
    train, test = order[:2000], order[2000:2080]
    for number in test:
        place = folder / "digits" / str(labels[number])
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels[number, 0]).save(place / f"{number:04}.png")
    save_file(trained(pixels[train], labels[train]).state_dict(), folder / "dense.safetensors")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    write_files(folder)
    return folder


@pytest.fixture
def folder(written, monkeypatch):
    monkeypatch.chdir(written)
    return written
