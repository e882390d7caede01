"""The boundary linearised at a perturbation: its normal, and how far along it the boundary is."""

from dataclasses import dataclass

import torch
from torch import Tensor

from fcflow.minimal.search.evaluation import linearise
from fcflow.minimal.search.state import TINY, State

# Newton steps to where a clipped ray meets a plane: each passes over all coordinates once, and the
# plane is another one at the next gradient anyway.
_NEWTON_STEPS = 3

# The least slope along a ray, as a share of that along its whole direction: where nearly all
# coordinates lie on the box, what the others say is not trusted further.
_LEAST_SLOPE = 0.05

# From one Newton step to the next a length is at most halved or doubled.
_NEWTON_RANGE = 2.0


@dataclass
class Tangent:
    """Where the boundary is seen from perturbations of m points.

    Attributes
    ----------
    e : [m, D]
        The perturbations, shortened where the model has no finite answer.
    normal : [m, D]
        The gap's gradient there, of unit length; zero where it is flat.
    distance : float64 [m]
        The gap over the gradient's length; zero where it is flat.
    slope : float64 [m]
        The gradient's length.
    """

    e: Tensor
    normal: Tensor
    distance: Tensor
    slope: Tensor


def tangent(state: State, rows: Tensor, e: Tensor) -> Tangent:
    """Linearise the gap at perturbations, which are shortened in place as ``linearise`` does."""
    gap, gradient = linearise(state, rows, e)
    # Gradients of saturated outputs are so small that their squares underflow.
    peak = gradient.abs().amax(dim=1, keepdim=True)
    sloping = peak[:, 0] > 0
    scaled = gradient / torch.where(peak > 0, peak, 1.0)
    length = scaled.norm(dim=1, keepdim=True)
    normal = scaled / torch.where(length > 0, length, 1.0)
    slope = length[:, 0].double() * peak[:, 0].double()
    distance = torch.where(sloping, gap / slope.clamp_min(TINY), 0.0)
    return Tangent(e, normal, distance.nan_to_num(posinf=0.0), slope)


def length_to_plane(
    state: State, rows: Tensor, direction: Tensor, seen: Tangent, guess: Tensor
) -> Tensor:
    """Return how far perturbations go in a direction up to the tangent plane, float64 [m].

    Not finite, or not positive, where they lead away from it. In a box, coordinates that reach it
    stay there, and ``guess``, float64 [m], is where Newton's method sets out.
    """
    offset = (seen.normal * seen.e).sum(dim=1).double() - seen.distance
    whole = -(seen.normal * direction).sum(dim=1).double()
    low, high = state.box(rows)
    if low is None:
        return -offset / whole

    length = guess
    for _ in range(_NEWTON_STEPS):
        ray = direction * length.to(direction)[:, None]
        e = ray.clamp(low, high)
        excess = (seen.normal * e).sum(dim=1).double() - offset
        slope = -(seen.normal * direction * (ray == e)).sum(dim=1).double()
        slope = torch.maximum(slope, _LEAST_SLOPE * whole.abs()).clamp_min(TINY)
        length = torch.minimum(
            torch.maximum(length + excess / slope, length / _NEWTON_RANGE), length * _NEWTON_RANGE
        )
    return length
