"""Where rays from x cross the boundary."""

from dataclasses import dataclass

import torch
from torch import Tensor

from fcflow.minimal.search.evaluation import evaluate
from fcflow.minimal.search.state import State

# How close to the boundary a ray that is not the last is followed, as a share of the gap at x. The
# next step moves its end by far more, so that more digits would be evaluations for nothing.
LOOSE = 1e-4

# Half widths of brackets about a ray's end, relative to its length, from one try to the next. Most
# rays end close to the boundary, and a narrow bracket is closed in fewer evaluations; the last one
# reaches from x to twice the ray.
_BRACKETS = (0.02, 0.06, 0.15, 0.4, 1.0)

# Evaluations inside a bracket, at most: it bounds what a gap with many kinks can cost; on a smooth
# one the tolerance is reached first.
_NARROWINGS = 16

# The least share of a bracket that a step moves by: a share of zero would not move where the gap
# at the near end is zero to the last digit.
_LEAST_SHARE = 1e-3


@dataclass
class _Bracket:
    """Two ends of each ray, relative to it, and the gaps there; the far one flips once closed."""

    low: Tensor
    high: Tensor
    gap_low: Tensor
    gap_high: Tensor


def crossing(state: State, rows: Tensor, ray: Tensor, tolerance: float) -> Tensor:
    """Return where each ray from x crosses the boundary, lengthened up to twice; else infinity.

    A bracket about the ray's end grows until it holds a crossing, and Illinois' variant of regula
    falsi narrows it until the gap is within ``tolerance`` of its start, or the bracket of its
    length.
    """
    bracket = _bracketed(state, rows, ray)
    crosses = bracket.gap_high < 0
    _narrow(state, rows, ray, bracket, tolerance)
    end = state.clip(rows, ray * bracket.high[:, None])
    return torch.where(crosses[:, None], end, torch.inf)


def _bracketed(state: State, rows: Tensor, ray: Tensor) -> _Bracket:
    """Return brackets grown outwards from ends that do not flip, and inwards from those that do."""
    high = torch.ones(len(rows), dtype=torch.float64, device=ray.device)
    low = torch.ones_like(high)
    gap_high = evaluate(state, rows, ray)
    gap_low = gap_high.clone()
    for width in _BRACKETS:
        out, back = torch.nonzero(gap_high >= 0)[:, 0], torch.nonzero(gap_low < 0)[:, 0]
        if out.numel() + back.numel() == 0:
            break
        low[out], gap_low[out] = high[out], gap_high[out]
        high[out] = 1 + width
        high[back], gap_high[back] = low[back], gap_low[back]
        low[back] = 1 - width

        moved, share = torch.cat([out, back]), torch.cat([high[out], low[back]])
        gap = evaluate(state, rows[moved], state.clip(rows[moved], ray[moved] * share[:, None]))
        gap_high[out], gap_low[back] = gap[: len(out)], gap[len(out) :]
    return _Bracket(low, high, gap_low, gap_high)


def _narrow(state: State, rows: Tensor, ray: Tensor, bracket: _Bracket, tolerance: float) -> None:
    """Narrow the brackets that hold a crossing, in place."""
    low, high, gap_low, gap_high = bracket.low, bracket.high, bracket.gap_low, bracket.gap_high
    left = torch.nonzero(gap_high < 0)[:, 0]
    for _ in range(_NARROWINGS):
        if left.numel() == 0:
            return
        share = (gap_low[left] / (gap_low[left] - gap_high[left])).clamp(_LEAST_SHARE, 1.0)
        # The middle, where the model has no finite answer at the near end.
        share = share.nan_to_num(nan=0.5)

        # A little beyond the root that the bracket's secant has, so that on a straight piece this
        # one flips.
        secant = low[left] + (high[left] - low[left]) * share
        middle = torch.minimum(secant * (1 + tolerance / 4), high[left])
        gap = evaluate(state, rows[left], state.clip(rows[left], ray[left] * middle[:, None]))

        # A side that stays put counts half the next time.
        flips = gap < 0
        gap_low[left] = torch.where(flips, gap_low[left] * 0.5, gap)
        gap_high[left] = torch.where(flips, gap, gap_high[left] * 0.5)
        high[left], low[left] = (
            torch.where(flips, middle, high[left]),
            torch.where(flips, low[left], middle),
        )
        there = (gap < 0) & (gap > -tolerance * state.start_gap[rows[left]])
        left = left[~there & (high[left] - low[left] > tolerance)]
