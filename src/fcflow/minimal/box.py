"""Keeping perturbed points inside the box of allowed inputs."""

import torch
from torch import Tensor


def clipped(x: Tensor, delta: Tensor, bounds: tuple[float, float] | None) -> Tensor:
    """Return ``delta`` clipped such that x + delta, as it is rounded, lies within the bounds.

    Examples
    --------
    >>> clipped(torch.tensor([0.5, 0.5]), torch.tensor([0.25, 2.0]), (0.0, 1.0))
    tensor([0.2500, 0.5000])
    """
    if bounds is None:
        return delta
    low, high = bounds
    delta = (x + delta).clamp(low, high) - x
    zero = torch.zeros_like(delta)
    while True:
        outside = (x + delta < low) | (x + delta > high)
        if not bool(outside.any()):
            return delta
        delta = torch.where(outside, torch.nextafter(delta, zero), delta)
