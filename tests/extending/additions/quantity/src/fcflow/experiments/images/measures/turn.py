"""How far the gradient turns along a path."""

import torch
from torch import Tensor, nn

from fcflow.compression.path import PathCompression
from fcflow.experiments.images.entries import measure


@measure("turn", labels={"turn": "spread of cos θ over the path"})
def turn(
    model: nn.Module,
    x1: Tensor,
    x2: Tensor,
    source: Tensor,
    target: Tensor,
    path: PathCompression,
    *,
    batch: int,
) -> dict[str, Tensor]:
    """Return the largest cos θ_γ less the smallest, float64 [n]."""
    spread = path.cos.double().amax(dim=1) - path.cos.double().amin(dim=1)
    return {"turn": spread.where(spread.isfinite(), torch.nan)}
