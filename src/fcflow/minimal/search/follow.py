"""Projections onto several boundaries linearised where the last projections ended."""

import torch
from torch import Tensor

from fcflow.minimal.halfspaces import shortest_vector
from fcflow.minimal.search.evaluation import linearise
from fcflow.minimal.search.overshoot import overshoot
from fcflow.minimal.search.state import State

# Linearisations that are projected onto together: the closest point is often on a kink, where as
# many linear pieces meet; each more makes the quadratic programme larger.
_CUTS = 4

# Projections, at most, and a step this much shorter than the perturbation changes nothing any more.
_STEPS, _SETTLED = 7, 1e-9


def follow(state: State) -> None:
    """Project each point, from its best so far, onto its last linearised boundaries together.

    A step is halved where the one before brought the gap no closer to zero; a point whose step is
    tiny has settled. The projections are computed in float64, for points of few coordinates.
    """
    rows = state.flipped_rows()
    e = state.best.double()
    normals = e.new_zeros((len(e), _CUTS, e.shape[1]))
    offsets = e.new_zeros((len(e), _CUTS))
    last_gap = torch.full_like(state.best_norm, torch.inf)
    share = torch.ones_like(state.best_norm)
    for _ in range(_STEPS):
        if rows.numel() == 0:
            break
        at = e[rows].to(state.points)
        gap, gradient = linearise(state, rows, at)
        e[rows], normal = at.double(), gradient.double()

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

        step = shortest_vector(normals[rows], offsets[rows], *_float64(state.box(rows))) - e[rows]
        e[rows] += share[rows, None] * step
        rows = rows[step.norm(dim=1) > _SETTLED * e[rows].norm(dim=1)]
    overshoot(state, e.to(state.points))


def _float64(
    box: tuple[Tensor, Tensor] | tuple[None, None],
) -> tuple[Tensor, Tensor] | tuple[None, None]:
    low, high = box
    return (None, None) if low is None or high is None else (low.double(), high.double())
