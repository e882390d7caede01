"""Perturbations turned towards the mean of gradients taken in many places."""

import torch
from torch import Tensor

from fcflow.minimal.search.evaluation import linearise
from fcflow.minimal.search.state import TINY, State

# Share of the latest gradient in the direction: what is phased out, and what remains. At first the
# direction must be free to turn, at last it must hold still for the length to settle.
_PHASED_OUT, _REMAINING = 0.95, 0.05

# The least change of the length at first, phased out, and the greatest, as shares of it: less, and
# a direction never sees both sides of the boundary; more, and the length jumps over it.
_BREATH, _STRIDE = 0.05, 0.3


def anneal(state: State, steps: int, rows: Tensor) -> None:
    """Turn the perturbations of curved points towards their gradients, in ever smaller shares.

    The gradients of a deep network differ from place to place, and what leads to a close flip is
    their mean over many. Direction and length are therefore decoupled (after DDN, Rony et al.
    2019): the direction is a moving mean of the gradients, whose memory grows, and the length goes
    on to the boundary or back from it.
    """
    e = torch.zeros_like(state.best[rows])
    direction = e.clone()
    for step in range(steps):
        if rows.numel() == 0:
            return
        gap, normal = linearise(state, rows, e)
        slope, length = normal.norm(dim=1), e.norm(dim=1)
        going = slope > 0
        rows, gap, normal, slope = rows[going], gap[going], normal[going], slope[going]
        length, direction = length[going], direction[going]

        left = 1.0 - step / steps
        turn = _PHASED_OUT * left + _REMAINING if step else 1.0
        falls = -(normal * direction).sum(dim=1) if step else slope
        direction = (1 - turn) * direction - turn * normal / slope[:, None]
        direction = direction / direction.norm(dim=1, keepdim=True).clamp_min(TINY)

        distance = gap / torch.maximum(falls, _STRIDE * slope)
        if step:
            share = (distance.abs() / length).clamp(_BREATH * left, _STRIDE)
            length = length * torch.where(gap >= 0, 1 + share, 1 - share)
        else:
            length = torch.maximum(distance / 2, state.rounding(rows))
        e = state.clip(rows, direction * length[:, None])
