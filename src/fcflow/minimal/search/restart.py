"""New starts beside the best, for shorter flips behind a kink."""

import torch
from torch import Tensor

from fcflow.minimal.search.descend import descend_from
from fcflow.minimal.search.evaluation import linearise
from fcflow.minimal.search.state import TINY, State

# Length of a whole walk downhill over that of the best: beyond 1, since the walk is not straight.
_WALKED = 1.25

# Lengths of pushes aside over that of the best, one restart after the other and then again: far to
# reach another part of the boundary, near to find the other side of a kink.
_PUSHES = (2.0, 1.0, 0.5, 0.25)

# This share of the largest weight in a push is added to every coordinate's, so that those which do
# not matter at the best are pushed too, a little: beyond a kink they may.
_EVEN = 0.1


def restart_downhill(state: State, steps: int) -> None:
    """Descend from where a walk down the gradient, in short steps, first flips.

    The walk follows a curved way where the projections jump, and can end in another part of the
    boundary.
    """
    rows = state.flipped_rows()
    e = torch.zeros_like(state.best)
    length = _WALKED * state.best_norm / steps
    for _ in range(steps):
        if rows.numel() == 0:
            break
        at = e[rows]
        gap, normal = linearise(state, rows, at)
        e[rows] = at
        going = (gap >= 0) & (normal != 0).any(dim=1)
        rows, normal = rows[going], normal[going]
        step = normal * (length[rows] / normal.norm(dim=1))[:, None]
        e[rows] = state.clip(rows, e[rows] - step)
    descend_from(state, e, steps)


def restart_aside(state: State, steps: int, seed: int, affordable: Tensor) -> None:
    """Descend from the best pushed aside, in a direction that the seed, from 1 on, decides.

    A coordinate is pushed by a random share of the root of what the best moves it by, and of a
    little more: most where it matters, and where it does not matter yet. The shares are the same
    for every point, so that points do not influence each other; those not ``affordable``, bool [n],
    are left as they are.
    """
    rows = state.flipped_rows()
    rows = rows[affordable[rows]]
    if rows.numel() == 0:
        return
    generator = torch.Generator().manual_seed(seed)
    aside = torch.randn(state.points.shape[1], generator=generator, dtype=torch.float64)
    aside = aside.to(state.x.device)

    weight = state.best[rows].abs().sqrt()
    push = aside * (weight + _EVEN * weight.amax(dim=1, keepdim=True))
    push = push / push.norm(dim=1, keepdim=True).clamp_min(TINY)

    length = _PUSHES[(seed - 1) % len(_PUSHES)] * state.best_norm[rows]
    start = torch.zeros_like(state.best)
    start[rows] = state.best[rows] + length[:, None] * push
    descend_from(state, start, steps)
