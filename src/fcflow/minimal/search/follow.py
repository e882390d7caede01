"""Projections onto the boundary linearised where the last projection ended."""

import torch
from torch import Tensor

from fcflow.minimal.halfspaces import shortest_vector
from fcflow.minimal.search.evaluation import linearise
from fcflow.minimal.search.overshoot import overshoot
from fcflow.minimal.search.state import State

# A step this much shorter than the perturbation changes nothing any more.
SETTLED = 1e-9


def follow(state: State, steps: int, cuts: int = 1) -> None:
    """Project each point, from its best so far, onto its last linearised boundaries.

    ``cuts`` of them are projected onto together. A step is halved where the one before brought the
    gap no closer to zero; a point whose step is tiny has settled.
    """
    rows = state.open_rows()
    normals = torch.zeros(
        (len(state.x), cuts, state.points.shape[1]), dtype=torch.float64, device=state.x.device
    )
    offsets = normals.new_zeros((len(state.x), cuts))
    e = state.best.clone()
    last_gap = torch.full_like(state.best_norm, torch.inf)
    share = torch.ones_like(state.best_norm)
    for _ in range(steps):
        if rows.numel() == 0:
            break
        at = e[rows]
        gap, normal = linearise(state, rows, at)
        e[rows] = at
        _note_linear(state, rows, at, gap, normal)

        # Where the gap is flat there is nowhere to go.
        sloping = (normal != 0).any(dim=1)
        rows, gap, normal = rows[sloping], gap[sloping], normal[sloping]

        offset = (normal * e[rows]).sum(dim=1) - gap
        normals[rows] = torch.cat([normals[rows, 1:], normal[:, None]], dim=1)
        offsets[rows] = torch.cat([offsets[rows, 1:], offset[:, None]], dim=1)
        share[rows] = torch.where(
            gap.abs() > last_gap[rows], share[rows] / 2, (share[rows] * 2).clamp_max(1.0)
        )
        last_gap[rows] = gap.abs()

        step = shortest_vector(normals[rows], offsets[rows], *state.box(rows)) - e[rows]
        e[rows] += share[rows, None] * step
        rows = rows[step.norm(dim=1) > SETTLED * e[rows].norm(dim=1)]
    overshoot(state, e)


def _note_linear(state: State, rows: Tensor, e: Tensor, gap: Tensor, normal: Tensor) -> None:
    """Note how far the boundary is by the gradient, of the points that are linearised at x."""
    at_start = (e == 0).all(dim=1)
    state.linear[rows] = torch.where(at_start, gap / normal.norm(dim=1), state.linear[rows])
