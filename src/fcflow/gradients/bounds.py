"""The box that perturbed points are kept in, as a caller gives it and as it is computed with."""

from typing import Any

import torch
from torch import Tensor

from fcflow.errors import InputError
from fcflow.gradients.coordinates import Numbers, fitting

Bounds = tuple[Numbers, Numbers]  # as they are given

# Two numbers, or two tensors [1, ...] in the dtype of the points, that broadcast to them.
Box = tuple[float, float] | tuple[Tensor, Tensor]

# Points may lie outside of the bounds by so many roundings of them: normalising an image and its
# bounds, each in its own way, makes as much of a difference.
_ROUNDINGS = 4


def check_bounds(bounds: Bounds | None, x: Tensor) -> tuple[Box | None, Tensor, str]:
    """Return the box, the points inside of it, and by how much they were moved for that, in words.

    Parameters
    ----------
    bounds : pair or None
        The least and the greatest value of a coordinate: numbers, one for each channel (the first
        axis of an input), or tensors that broadcast to an input.
    x : floating point [n, ...]
        Rows that are not finite are left as they are.

    Raises
    ------
    InputError
        If they are not such a pair, cross, or points lie outside by more than rounding.

    Examples
    --------
    >>> box, inside, note = check_bounds((0.0, 1.0), torch.tensor([[-1e-8, 0.5]]))
    >>> inside.tolist(), note
    ([[0.0, 0.5]], 'x was moved into the bounds by at most 1e-08')
    """
    if bounds is None:
        return None, x, ""
    low, high = _pair(bounds, x)
    least, greatest = _inward(low, x, up=True), _inward(high, x, up=False)
    slack = _ROUNDINGS * torch.finfo(x.dtype).eps * _largest(low, high)
    if bool(((x < least - slack) | (x > greatest + slack)).any()):
        finite = x[x.isfinite()]
        raise InputError(
            f"x must lie within bounds {_shown(bounds)}, got values from {float(finite.min())} to"
            f" {float(finite.max())}"
        )
    inside = torch.minimum(torch.maximum(x, least), greatest)
    moved = float((inside - x).abs().nan_to_num(nan=0.0).max()) if x.numel() else 0.0
    note = f"x was moved into the bounds by at most {moved:.1g}" if moved > 0 else ""
    single = low.numel() == high.numel() == 1
    box: Box = (float(least), float(greatest)) if single else (least, greatest)
    return box, inside if moved > 0 else x, note


def _pair(bounds: Any, x: Tensor) -> tuple[Tensor, Tensor]:
    if not isinstance(bounds, (tuple, list)) or len(bounds) != 2:
        raise InputError(f"bounds must be a pair (low, high), got {_shown(bounds)}")
    low, high = (fitting("bounds", end, x) for end in bounds)
    # Coordinates that must not change may have equal ends, if others may change.
    if bool((low > high).any()) or not bool((low < high).any()):
        raise InputError(f"bounds must be a lower and a greater upper value, got {_shown(bounds)}")
    return low, high


def _largest(low: Tensor, high: Tensor) -> float:
    ends = torch.cat([low.flatten(), high.flatten()]).abs()
    finite = ends[ends.isfinite()]
    return float(finite.max()) if finite.numel() else 0.0


def _inward(end: Tensor, x: Tensor, *, up: bool) -> Tensor:
    """Return the nearest numbers of the dtype of x that are inside, as [1, ...]."""
    rounded = end.to(x.dtype)
    outside = rounded.double() < end if up else rounded.double() > end
    inner = torch.nextafter(rounded, torch.full_like(rounded, torch.inf if up else -torch.inf))
    return torch.where(outside, inner, rounded)


def _shown(bounds: Any) -> str:
    if isinstance(bounds, (tuple, list)) and any(
        isinstance(end, Tensor) and end.ndim for end in bounds
    ):
        return "(" + ", ".join(f"tensor {list(torch.as_tensor(e).shape)}" for e in bounds) + ")"
    return str(bounds)
