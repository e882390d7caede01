"""Lengths and angles of batches of vectors."""

import torch
from torch import Tensor


def norm(v: Tensor) -> Tensor:
    """Return the L2 norms of float64 vectors [n, ...] whose squares may leave the range of float64.

    Examples
    --------
    >>> norm(torch.tensor([[3e200, 4e200]], dtype=torch.float64))
    tensor([5.0000e+200], dtype=torch.float64)
    """
    flat = v.flatten(1)
    peak = flat.abs().amax(dim=1)
    scale = torch.where(peak > 0, peak, 1.0)
    length: Tensor = torch.linalg.vector_norm(flat / scale[:, None], dim=1)
    return length * scale


def unit(v: Tensor) -> Tensor:
    """Return float64 vectors [n, ...] flattened, of unit length; NaN where a vector is zero."""
    flat = v.flatten(1)
    scaled = flat / flat.abs().amax(dim=1, keepdim=True)
    length: Tensor = torch.linalg.vector_norm(scaled, dim=1, keepdim=True)
    return scaled / length


def cosine(gradient: Tensor, direction: Tensor) -> Tensor:
    """Return cos θ of float64 vectors [n, ...]; NaN where one is zero, which has no direction."""
    return (unit(gradient) * unit(direction)).sum(dim=1).clamp(-1.0, 1.0)
