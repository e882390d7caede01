"""Where rays from x cross the boundary."""

import torch
from torch import Tensor

from fcflow.minimal.search.evaluation import evaluate
from fcflow.minimal.search.state import TINY, State

# How close to the boundary a ray that is not the last is followed, as a share of the gap at x. The
# next step moves its end by far more, so that more digits would be evaluations for nothing.
LOOSE = 1e-4

# Evaluations along one ray, at most: it bounds what a gap with many kinks can cost; on a smooth
# one the tolerance is reached after three.
_EVALUATIONS = 6

# A secant step from one side of the boundary goes so many times as far as the boundary seems to be,
# so that the next one has it between two ends; and at most by this share of the length.
_BEYOND, _STRIDE = 1.15, 0.3

# The least share of a bracket that a step moves by: a share of zero would not move where the gap
# at the near end is zero to the last digit.
_LEAST_SHARE = 1e-2


class _Rays:
    """The ends between which each ray crosses the boundary, and the gaps there."""

    def __init__(self, start_gap: Tensor, length: Tensor, slope: Tensor | None) -> None:
        average = start_gap / length
        self.slope = average if slope is None else torch.where(slope > 0, slope, average)
        self.length = length.clone()
        self.low, self.high = torch.zeros_like(length), torch.full_like(length, torch.inf)
        self.gap_low, self.gap_high = start_gap.clone(), torch.full_like(length, -torch.inf)
        self.wall = self.high.clone()  # where the model has no finite answer any more
        self.last, self.last_gap = torch.zeros_like(length), start_gap.clone()
        self.side = torch.zeros_like(length)

    def note(self, rays: Tensor, gap: Tensor) -> None:
        """Note the gaps at the present lengths of some rays."""
        at, flips, finite = self.length[rays], gap < 0, gap.isfinite()
        self.wall[rays] = torch.where(finite, self.wall[rays], at)

        # A side that moves twice in a row counts the other's gap half (Illinois).
        side = torch.where(flips, 1.0, -1.0).to(at)
        halved = torch.where((side == self.side[rays]) & self._closed(rays), 0.5, 1.0)
        self.gap_low[rays] = torch.where(
            flips, self.gap_low[rays] * halved, torch.where(finite, gap, self.gap_low[rays])
        )
        self.gap_high[rays] = torch.where(flips, gap, self.gap_high[rays] * halved)
        self.high[rays] = torch.where(flips, at, self.high[rays])
        self.low[rays] = torch.where(flips | ~finite, self.low[rays], at)

        secant = (self.last_gap[rays] - gap) / (at - self.last[rays])
        known = (secant > 0) & secant.isfinite()
        self.slope[rays] = torch.where(known, secant, self.slope[rays])
        self.last[rays], self.last_gap[rays] = at, torch.where(finite, gap, torch.nan)
        self.side[rays] = side

    def step(self, rays: Tensor, gap: Tensor, tolerance: float) -> None:
        """Move on: inside of the two ends where there are two, else towards the missing one."""
        at, low, high = self.length[rays], self.low[rays], self.high[rays]
        flips, closed = gap < 0, self._closed(rays)
        share = self.gap_low[rays] / (self.gap_low[rays] - self.gap_high[rays])
        share = share.nan_to_num(nan=0.5).clamp(_LEAST_SHARE, 1 - _LEAST_SHARE)
        # A little beyond the root of the secant, so that on a straight piece this one flips.
        inside = torch.minimum((low + (high - low) * share) * (1 + tolerance / 4), high)

        away = (_BEYOND * gap / self.slope[rays].clamp_min(TINY)).nan_to_num(nan=0.0)
        least, most = tolerance * at, _STRIDE * at
        away = torch.where(flips, away.clamp(-most, -least), away.clamp(least, most))
        moved = torch.where(closed, inside, torch.maximum(at + away, low))
        wall = self.wall[rays]
        self.length[rays] = torch.where(moved >= wall, (low + wall) / 2, moved)

    def width(self, rays: Tensor) -> Tensor:
        """Return how far the ends of rays are apart, relative to the far one."""
        return torch.where(self._closed(rays), 1 - self.low[rays] / self.high[rays], 1.0)

    def _closed(self, rays: Tensor) -> Tensor:
        return self.high[rays].isfinite() & (self.low[rays] > 0)


def crossing(
    state: State,
    rows: Tensor,
    direction: Tensor,
    length: Tensor,
    slope: Tensor | None = None,
    *,
    tolerance: float = LOOSE,
    evaluations: int = _EVALUATIONS,
) -> Tensor:
    """Return the least length seen at which rays from x flip, float64 [m]; infinite if none.

    Parameters
    ----------
    state : State
    rows : int64 [m]
    direction : [m, D]
        Of unit length; coordinates that reach the box stay there.
    length : float64 [m]
        Where the boundary is thought to be.
    slope : float64 [m], optional
        The gap's fall along the ray there; where it is not known (NaN), what it must be on average
        from x on.
    tolerance : float
        A ray is done where its gap is as small a share of that at x, or its ends are as close.
    evaluations : int
        Of one ray, at most.
    """
    start = state.start_gap[rows]
    rays = _Rays(start, length, slope)
    going = torch.arange(len(rows), device=rows.device)
    for _ in range(evaluations):
        if going.numel() == 0:
            break
        e = state.along(rows[going], direction[going], rays.length[going])
        gap = evaluate(state, rows[going], e)
        rays.note(going, gap)
        there = (gap < 0) & (gap > -tolerance * start[going])
        left = ~there & (rays.width(going) > tolerance)
        rays.step(going, gap, tolerance)
        going = going[left]
    return rays.high
