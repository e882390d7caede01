"""Perturbations turned towards the mean of the gradients along their way."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from fcflow.minimal.search.crossing import crossing
from fcflow.minimal.search.state import TINY, State
from fcflow.minimal.search.tangent import Tangent, length_to_plane, tangent

# From one gradient to the next a length changes by at most this share of it: more, and it jumps
# over the boundary.
_STRIDE = 0.3

# A place is compared with the others if the boundary is no further from it than this share of its
# length: closer, how long the ray to the boundary is is known well enough without looking.
_NEAR = 0.03

# The first step goes no further than so many lengths of x (or of a vector of ones): a saturated
# output has its boundary at infinity by its gradient.
_FURTHEST = 10.0

# In a box, it goes further than to the plane that it would reach without, by this share at most.
_BOXED = 7.0


@dataclass
class Way:
    """Directions of unit length, [m, D], and lengths, float64 [m], of perturbations of m points."""

    direction: Tensor
    length: Tensor

    def where(self, choice: Tensor) -> "Way":
        """Return some of them."""
        return Way(self.direction[choice], self.length[choice])


def shares(first: float, last: float, steps: int) -> list[float]:
    """Return numbers that fall from the first to the last by half a wave of the cosine.

    Examples
    --------
    >>> [round(share, 2) for share in shares(1.0, 0.5, 3)]
    [1.0, 0.75, 0.5]
    """
    waves = [math.cos(math.pi * step / max(steps - 1, 1)) for step in range(steps)]
    return [last + (first - last) * (1 + wave) / 2 for wave in waves]


def set_out(state: State, rows: Tensor) -> tuple[Way, Tensor]:
    """Return the way down the gradient at x to the boundary linearised there, and the gaps at x."""
    seen = tangent(state, rows, torch.zeros_like(state.points[rows]))
    d = state.points.shape[1]
    furthest = _FURTHEST * (state.points[rows].norm(dim=1).double() + d**0.5)
    length = torch.minimum(torch.maximum(seen.distance, state.rounding(rows)), furthest)
    way, gap = Way(-seen.normal, length), seen.distance * seen.slope
    if state.bounds is not None:
        boxed = length_to_plane(state, rows, way.direction, seen, length)
        way = Way(way.direction, _within(boxed, length, _BOXED))
    return way, gap


def turn(state: State, rows: Tensor, way: Way, turns: list[float]) -> tuple[Way, Tensor]:
    """Turn perturbations towards their gradients, by ever smaller shares, and end on the boundary.

    The closest point of the boundary linearised at a perturbation is down its gradient. The
    gradients of a network differ from place to place, by kinks or by curvature, and what leads to
    a close flip is their mean over many places: so a direction is turned towards the latest
    gradient by a share that falls (a moving mean whose memory grows, after DDN, Rony et al. 2019),
    and its length is where it meets the latest linearised boundary. How long each of the rays is up
    to the boundary is known to first order, and the shortest is followed to it.

    Parameters
    ----------
    state : State
    rows : int64 [m]
    way : Way
        Of these points, where to begin.
    turns : list of float
        The share of each new gradient in the direction; as many gradients are taken.

    Returns
    -------
    Way
        The shortest ray, and where it crosses the boundary, if it does.
    float64 [m]
        The length of the flip there, infinite where there is none.
    """
    direction, length = way.direction, way.length
    if rows.numel() == 0:
        return way, length
    shortest = _Shortest(direction, length)
    for turned in turns:
        e = state.along(rows, direction, length)
        before = e.norm(dim=1).double()
        seen = tangent(state, rows, e)
        after = seen.e.norm(dim=1).double()
        length = torch.where(after < before, length * after / before.clamp_min(TINY), length)
        shortest.note(seen, direction, length, after)

        mean = (1 - turned) * direction - turned * seen.normal
        size = mean.norm(dim=1, keepdim=True)
        direction = torch.where(size > 0, mean / torch.where(size > 0, size, 1.0), direction)
        reached = length_to_plane(state, rows, direction, seen, length)
        length = _within(reached, length, _STRIDE)

    way, slope = shortest.result(direction, length)
    end = crossing(state, rows, way.direction, way.length, slope)
    crosses = end.isfinite()
    way = Way(way.direction, torch.where(crosses, end, way.length))
    flip = state.along(rows, way.direction, way.length).norm(dim=1).double()
    return way, torch.where(crosses, flip, torch.inf)


def _within(length: Tensor, last: Tensor, stride: float) -> Tensor:
    """Return lengths that differ from the last by a share at most; longer where they are none."""
    going = torch.where((length > 0) & length.isfinite(), length, torch.inf)
    return torch.minimum(torch.maximum(going, last / (1 + stride)), last * (1 + stride))


class _Shortest:
    """The place from which the ray to the boundary is the shortest, to first order."""

    def __init__(self, direction: Tensor, length: Tensor) -> None:
        self.direction, self.length = direction.clone(), length.clone()
        self.norm = torch.full_like(length, torch.inf)
        self.slope = torch.zeros_like(length)

    def note(self, seen: Tangent, direction: Tensor, length: Tensor, norm: Tensor) -> None:
        """Compare with the places at ``length`` in a direction, whose perturbations are so long."""
        fall = -(seen.normal * seen.e).sum(dim=1).double()
        missing = seen.distance / fall.clamp_min(TINY)
        near = (missing.abs() < _NEAR) & (fall > 0)
        reached = torch.where(near, norm * (1 + missing), torch.inf)
        better = torch.nonzero(reached < self.norm)[:, 0]
        self.norm[better] = reached[better]
        self.direction[better] = direction[better]
        self.length[better] = (length * (1 + missing))[better]
        self.slope[better] = (fall * seen.slope / length.clamp_min(TINY))[better]

    def result(self, direction: Tensor, length: Tensor) -> tuple[Way, Tensor | None]:
        """Return the shortest ray, or the last where none came near, and the gap's fall there."""
        near = self.norm.isfinite()
        self.direction = torch.where(near[:, None], self.direction, direction)
        self.length = torch.where(near, self.length, length)
        return Way(self.direction, self.length), torch.where(near, self.slope, torch.nan)
