"""The network and the images of a job."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fcflow.compression.memory import gradient_batch
from fcflow.networks.arithmetic import fix_arithmetic
from fcflow.networks.imagenet import PixelClassifier, load_classifier, model_card


def open_network(
    model: str,
    weights: str,
    weights_sha256: str | None,
    *,
    device: str,
    size: int,
    memory_gb: float,
) -> tuple[PixelClassifier, str, int]:
    """Return the network, the hash of its weights, and how many gradients of images of ``size`` fit into memory."""
    fix_arithmetic()
    network, sha256 = load_classifier(
        model_card(model), weights, sha256=weights_sha256, device=device
    )
    example = torch.zeros(1, 3, size, size, device=device)
    return network, sha256, gradient_batch(network, example, memory_gb * 1e9)


def as_tensor(pixels: NDArray[np.uint8], device: str) -> Tensor:
    """Return images in 255ths, uint8 [n, 3, h, w], as float32 in [0, 1]."""
    return torch.from_numpy(pixels).to(device=device, dtype=torch.float32) / 255


def pairs_of_part(pairs: Any, part: int, parts: int) -> Any:
    """Return a job's share of the pairs: every ``parts``-th of them."""
    return pairs.iloc[part::parts]
