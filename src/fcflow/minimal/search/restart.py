"""New starts beside the best, for shorter flips behind a kink."""

import torch
from torch import Tensor

from fcflow.minimal.search.crossing import crossing
from fcflow.minimal.search.state import State
from fcflow.minimal.search.turn import Way, shares, turn

# Lengths of pushes aside over that of the best, one restart after the other and then again: far to
# reach another part of the boundary, near to find the other side of a kink.
_PUSHES = (3.0, 2.0, 1.0, 0.5)

# This share of the largest weight in a push is added to every coordinate's, so that those which do
# not matter at the best are pushed too, a little: beyond a kink they may.
_EVEN = 0.1

# The share of each gradient in the direction, from the first to the last: the first replaces it.
_TURNS = shares(1.0, 0.1, 10)

# How close to the boundary the pushed ray is followed: its normal there is what is looked for.
_ROUGH = 1e-2

# A restart came back if its length is the best's up to this share, three times what its last ray is
# followed to. After so many in a row, one of each size, the boundary about a point has one closest
# point, and no more are begun. (Of restarts on smooth networks 80 to 95 % come back, on those with
# kinks 10 to 30 %.)
_CAME_BACK, _ENOUGH = 3e-4, len(_PUSHES)


def restart(state: State, seeds: range) -> None:
    """Begin anew from pushes aside that the seeds, from 1 on, decide, one after the other."""
    back = torch.zeros_like(state.n_forward)
    for seed in seeds:
        rows = state.flipped_rows()
        rows = rows[back[rows] < _ENOUGH]
        if rows.numel() == 0:
            return
        before = state.best_norm[rows].clone()
        length = _restarted(state, rows, seed)
        same = (length / before - 1).abs() <= _CAME_BACK
        back[rows] = torch.where(same, back[rows] + 1, 0)


def _restarted(state: State, rows: Tensor, seed: int) -> Tensor:
    """Search from where the pushed rays cross the boundary, and return the lengths found."""
    direction, length = _pushed(state, rows, seed), state.best_norm[rows]
    end = crossing(state, rows, direction, length, tolerance=_ROUGH)
    length = torch.where(end.isfinite(), end, length)
    return turn(state, rows, Way(direction, length), _TURNS)[1]


def _pushed(state: State, rows: Tensor, seed: int) -> Tensor:
    """Return the directions of the best, pushed aside.

    A coordinate is pushed by a random share of the root of what the best moves it by, and of a
    little more: most where it matters, and where it does not matter yet. The shares are the same
    for every point, so that points do not influence each other.
    """
    generator = torch.Generator().manual_seed(seed)
    aside = torch.randn(state.points.shape[1], generator=generator, dtype=torch.float64)
    best = state.best[rows]
    weight = best.abs().sqrt()
    push = aside.to(best) * (weight + _EVEN * weight.amax(dim=1, keepdim=True))
    push = push / push.norm(dim=1, keepdim=True)
    size = _PUSHES[(seed - 1) % len(_PUSHES)] * state.best_norm[rows].to(best)
    pushed: Tensor = best + size[:, None] * push
    direction: Tensor = pushed / pushed.norm(dim=1, keepdim=True)
    return direction
