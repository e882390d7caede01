"""Gradients of an ImageNet classifier by pixels: batched or one by one, and their memory."""

import copy
import subprocess
import sys

import numpy as np
import pandas as pd
import torch
from torch import nn

from benchmarks.measure import compare
from fcflow.compression.memory import gradient_batch, gradient_bytes
from fcflow.data.imagenet import read_pixels, shipped_images
from fcflow.experiments.images.network import as_tensor
from fcflow.gradients.gap import gap_gradient
from fcflow.networks.imagenet import load_classifier, model_card

_BATCHES = (1, 2, 4, 8, 16)


def _points() -> tuple[nn.Module, torch.Tensor, torch.Tensor]:
    """Return the network, 16 images and their pairs of classes."""
    torch.set_num_threads(1)
    card = model_card("tf_efficientnet_lite0")
    model, _ = load_classifier(card, "shipped")
    images = shipped_images()[:16]
    like = {"size": 224, "crop": 0.875, "interpolation": card.interpolation}
    x = as_tensor(np.stack([read_pixels(image.path, **like) for image in images]), "cpu")
    label = torch.tensor([image.label for image in images])
    return model, x, torch.stack([label, (label + 1) % 1000], dim=1)


def batched_against_one_by_one() -> pd.DataFrame:
    """Images per second, 16 gradients of 224 px on one core; plain is one image at a time."""
    model, x, pair = _points()

    def plain() -> torch.Tensor:
        gradients = []
        for image, (source, target) in zip(x, pair.tolist(), strict=True):
            point = image[None].clone().requires_grad_()
            logits = model(point)[0]
            (logits[source] - logits[target]).backward()
            gradients.append(point.grad)
        return torch.cat(gradients)

    def batched(batch: int) -> torch.Tensor:
        parts = zip(x.split(batch), pair.split(batch), strict=True)
        return torch.cat([gap_gradient(model, *part)[1] for part in parts])

    _check(model, x[:2], pair[:2])
    rows = []
    for batch in _BATCHES:
        timing = compare(lambda batch=batch: batched(batch), plain, 5)
        rates = {
            "images_per_s": len(x) / timing.ours_s,
            "plain_images_per_s": len(x) / timing.plain_s,
        }
        rows.append({"batch": batch, **rates, **timing._asdict()})
    return pd.DataFrame(rows)


def _check(model: nn.Module, x: torch.Tensor, pair: torch.Tensor) -> None:
    """Compare in float64.

    In float32 a batch rounds differently, and an activation at a kink may take either side.
    """
    exact, x = copy.deepcopy(model).double(), x.double()
    together = gap_gradient(exact, x, pair)[1]
    alone = torch.cat(
        [gap_gradient(exact, *one)[1] for one in zip(x.split(1), pair.split(1), strict=True)]
    )
    assert float((together - alone).norm() / alone.norm()) < 1e-9


# The peak that the kernel counts begins with that of the process it was forked from, and is set
# back to what is in use.
_PEAK = """
import sys
from pathlib import Path
from benchmarks.gradients import _points
from fcflow.gradients.gap import gap_gradient

def kilobytes(key):
    lines = Path("/proc/self/status").read_text().splitlines()
    line = next(line for line in lines if line.startswith(key))
    return int(line.split()[1])

model, x, pair = _points()
n = int(sys.argv[1])
Path("/proc/self/clear_refs").write_text("5")
before = kilobytes("VmRSS:")
gap_gradient(model, x[:n], pair[:n])
print((kilobytes("VmHWM:") - before) * 1024)
"""


def memory() -> pd.DataFrame:
    """Memory that one evaluation adds, each in a process of its own, against what was reckoned."""
    model, x, _ = _points()
    reckoned = gradient_bytes(model, x)
    rows = []
    for batch in _BATCHES:
        done = subprocess.run(
            [sys.executable, "-c", _PEAK, str(batch)], capture_output=True, text=True, check=True
        )
        measured = int(done.stdout)
        rows.append(
            {"batch": batch, "measured_mb": measured / 1e6, "reckoned_mb": batch * reckoned / 1e6}
        )
        rows[-1]["allowed_in_1_gb"] = gradient_batch(model, x, 1e9)
    return pd.DataFrame(rows)
