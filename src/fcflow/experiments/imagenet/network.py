"""The network and the images of a job."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from fcflow.compression.memory import gradient_batch
from fcflow.networks.imagenet import PixelClassifier, load_classifier, model_card


def open_network(
    model: str, weights: str, weights_sha256: str | None, *, device: str, size: int, memory_gb: float
) -> tuple[PixelClassifier, str, int]:
    """Return the network, the hash of its weights, and how many gradients of images of ``size`` fit into memory.

    One thread and, on a GPU, no rounding to fewer digits: results do not depend on the cores of a machine.
    """
    torch.set_num_threads(1)
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.deterministic = True
    network, sha256 = load_classifier(model_card(model), weights, sha256=weights_sha256, device=device)
    example = torch.zeros(1, 3, size, size, device=device)
    return network, sha256, gradient_batch(network, example, memory_gb * 1e9)


class SinglePrecision(nn.Module):
    """A model that computes in float32 even where a search would copy it to float64, which costs five times as much."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def double(self) -> "SinglePrecision":
        """Stay in float32."""
        return self

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, float32 [n, k]."""
        logits: Tensor = self.model(x.float())
        return logits


def as_tensor(pixels: NDArray[np.uint8], device: str) -> Tensor:
    """Return images in 255ths, uint8 [n, 3, h, w], as float32 in [0, 1]."""
    return torch.from_numpy(pixels).to(device=device, dtype=torch.float32) / 255


def pairs_of_part(pairs: Any, part: int, parts: int) -> Any:
    """Return a job's share of the pairs: every ``parts``-th of them."""
    return pairs.iloc[part::parts]
