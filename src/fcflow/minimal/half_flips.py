"""The shortest perturbations at which a model in float16 or bfloat16 itself flips.

There, x and x + e lie on a coarse grid, and a gap is rounded by more than a perturbation changes
it: a perturbation that flips for certain would be many times as long. So the direction comes from
the float64 copy, and how far along it the model flips is tried out.
"""

import torch
from torch import Tensor

from fcflow.gradients.gap import gap_gradient, pair_logits
from fcflow.minimal.box import clipped
from fcflow.minimal.search.state import TINY, State

HALF = (torch.float16, torch.bfloat16)

# Multiples of the best that are tried: its own roundings may flip the model before the boundary or
# after it, and a step of a hundredth is as fine as its digits.
_NEAR = torch.linspace(0.5, 1.5, 101, dtype=torch.float64)
_FAR = 1.5 * 1.03 ** torch.arange(1, 48, dtype=torch.float64)

# Roundings of x that a point is pushed by, at first, where float64 has it on the other side
# already.
_PUSH = 0.25


def shortest_flips(state: State, rows: Tensor) -> tuple[Tensor, Tensor]:
    """Return delta [n, ...] and norm float64 [n], infinite where the model itself never flips.

    Only ``rows`` are looked at.
    """
    x = state.x
    delta, norm = torch.zeros_like(x), torch.full_like(state.best_norm, torch.inf)
    norm[rows[_flips(state, rows, delta[rows])]] = 0.0

    rows = rows[state.best_norm[rows].isfinite() & norm[rows].isinf()]
    direction = _directions(state, rows)
    for share in (*_NEAR.tolist(), *_FAR.tolist()):
        # Beyond the near ones, the first that flips will do.
        going = norm[rows].isinf() if share > float(_NEAR[-1]) else torch.ones_like(rows).bool()
        rows, direction = rows[going], direction[going]
        if rows.numel() == 0:
            break
        e = (share * direction).reshape(-1, *x.shape[1:])
        for tried in _roundings(state, rows, e):
            length = tried.double().flatten(1).norm(dim=1)
            better = _flips(state, rows, tried) & (length < norm[rows])
            delta[rows[better]], norm[rows[better]] = tried[better], length[better]
    return delta, norm


def _directions(state: State, rows: Tensor) -> Tensor:
    """Return what is tried in multiples, float64 [m, D]: the best, or a step down the gradient."""
    direction = state.best[rows].clone()
    here = torch.nonzero(state.best_norm[rows] == 0)[:, 0]
    if here.numel():
        points = state.x[rows[here]].to(state.dtype)
        _, gradient = gap_gradient(state.evaluated, points, state.pair[rows[here]])
        normal = gradient.double().flatten(1).nan_to_num(0.0, 0.0, 0.0)
        length = (
            _PUSH * float(torch.finfo(state.x.dtype).eps) * state.points[rows[here]].norm(dim=1)
        )
        scale = length / normal.norm(dim=1).clamp_min(TINY)
        direction[here] = -normal * scale[:, None]
    return direction


def _roundings(state: State, rows: Tensor, e: Tensor) -> list[Tensor]:
    """Return two roundings of e: its own, and where x + e is rounded and x taken from it."""
    x = state.x[rows]
    moved = (x.double() + e).to(x.dtype) - x
    return [clipped(x, tried, state.bounds) for tried in (e.to(x.dtype), moved)]


def _flips(state: State, rows: Tensor, delta: Tensor) -> Tensor:
    state.n_forward[rows] += 1
    flips = torch.zeros(len(rows), dtype=torch.bool, device=rows.device)
    for places, part in state.parts(rows):
        logits = pair_logits(state.model, state.x[part] + delta[places], state.pair[part])
        flips[places] = logits[:, 0] < logits[:, 1]
    return flips
