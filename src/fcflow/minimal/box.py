"""Keeping perturbed points inside the box of allowed inputs."""

import torch
from torch import Tensor

from fcflow.gradients.bounds import Box


def clipped(x: Tensor, delta: Tensor, bounds: Box | None) -> Tensor:
    """Return ``delta`` clipped such that x + delta, as it is rounded, lies within the bounds.

    Examples
    --------
    >>> clipped(torch.tensor([0.5, 0.5]), torch.tensor([0.25, 2.0]), (0.0, 1.0))
    tensor([0.2500, 0.5000])
    """
    if bounds is None:
        return delta
    low, high = bounds
    delta = (x + delta).clamp(low, high) - x  # type: ignore[arg-type]
    while True:
        below, above = x + delta < low, x + delta > high
        if not bool((below | above).any()):
            return delta
        # Towards the inside: away from zero where x itself is outside by rounding.
        towards = torch.where(below, torch.inf, -torch.inf).to(delta.dtype)
        delta = torch.where(below | above, torch.nextafter(delta, towards), delta)


def flat_ends(bounds: Box, shape: torch.Size) -> tuple[float | Tensor, float | Tensor]:
    """Return both ends for inputs of a shape, flattened to float64 [n, D]: numbers, or [1, D].

    Examples
    --------
    >>> flat_ends((torch.zeros(1, 2, 1), torch.ones(1, 2, 1)), torch.Size([2, 3]))[1].shape
    torch.Size([1, 6])
    """
    low, high = (
        end.double().expand(1, *shape).flatten(1) if isinstance(end, Tensor) else end
        for end in bounds
    )
    return low, high


def shifted(x: Tensor, inside: Tensor, delta: Tensor, bounds: Box | None) -> Tensor:
    """Return perturbations of x that lead where those of ``inside``, x moved into a box, do.

    Examples
    --------
    >>> x, inside, delta = (torch.tensor([[value]]) for value in (-0.5, 0.0, 0.25))
    >>> shifted(x, inside, delta, (0.0, 1.0))
    tensor([[0.7500]])
    """
    return delta if inside is x else clipped(x, (inside + delta) - x, bounds)
