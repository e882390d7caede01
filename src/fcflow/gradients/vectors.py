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


def length_and_cosine(gradient: Tensor, directions: Tensor, place: Tensor) -> tuple[Tensor, Tensor]:
    """Return ‖∇g‖ and cos θ of gradients, float64 [n], as ``norm`` and ``cosine`` do.

    Large gradients are read a few times instead of a dozen, because memory is what that costs.

    Parameters
    ----------
    gradient : floating point [n, ...]
    directions : float64 [m, D]
        As ``unit`` returns them.
    place : int64 [n]
        Which of the directions belongs to each gradient.

    Examples
    --------
    >>> directions = unit(torch.tensor([[0.0, 2.0]], dtype=torch.float64))
    >>> length_and_cosine(torch.tensor([[3.0, 4.0]]), directions, torch.tensor([0]))
    (tensor([5.], dtype=torch.float64), tensor([0.8000], dtype=torch.float64))
    """
    flat = gradient.flatten(1)
    peak = flat.abs().amax(dim=1).double()
    scaled = flat.to(torch.float64, copy=True).div_(peak[:, None])

    # Of a zero gradient, scaled by zero, the cosine is NaN; its length is zero.
    scaled_length: Tensor = torch.linalg.vector_norm(scaled, dim=1)
    if len(directions) == 1:
        along = scaled @ directions[0]
    else:
        along = (scaled * directions[place]).sum(dim=1)
    length = (scaled_length * peak).where(peak > 0, peak)
    return length, (along / scaled_length).clamp(-1.0, 1.0)


def cosine(gradient: Tensor, direction: Tensor) -> Tensor:
    """Return cos θ of float64 vectors [n, ...]; NaN where one is zero, which has no direction."""
    return (unit(gradient) * unit(direction)).sum(dim=1).clamp(-1.0, 1.0)
