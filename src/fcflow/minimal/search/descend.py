"""Walks along the boundary towards its point closest to x."""

import torch
from torch import Tensor

from fcflow.minimal.halfspaces import shortest_vector
from fcflow.minimal.search.evaluation import linearise
from fcflow.minimal.search.follow import SETTLED
from fcflow.minimal.search.ray import LOOSE, crossing
from fcflow.minimal.search.state import TINY, State

# Gradients in the mean that stands for the boundary's normal: more level out more kinks, and forget
# more slowly where the walk came from.
_AVERAGED = 8

# The share of the way to the closest point of the tangent plane that is gone: half of it at first
# from a best, all of it from a new start, which is far from settled. It grows where the ray came
# out shorter and falls where it did not, and below the last value the walk stops.
_FIRST_SHARE, _GROWS, _FALLS, _LEAST_SHARE = 0.5, 1.5, 0.6, 1e-4


def descend(
    state: State, steps: int, rows: Tensor | None = None, start: Tensor | None = None
) -> None:
    """Walk along the boundary, from the best or from ``start``, float64 [n, D].

    With the mean of the last gradients for its normal, the boundary's tangent plane through the
    perturbation has a closest point to x; a share of the way there is gone, and then along the ray
    to the boundary. The mean levels out the kinks of ReLU and max pooling; the share falls where
    the ray's crossing came out no shorter.
    """
    rows = state.flipped_rows() if rows is None else rows
    e = (state.best if start is None else start)[rows].clone()
    length = e.norm(dim=1)
    at = e.clone()
    share = torch.full_like(length, _FIRST_SHARE if start is None else 1.0)
    normals: list[Tensor] = []
    for _ in range(steps):
        if rows.numel() == 0:
            return
        normal = linearise(state, rows, at)[1]
        normal = normal / normal.norm(dim=1, keepdim=True).clamp_min(TINY)
        normals = [*normals, normal][-_AVERAGED:]
        mean = torch.stack(normals).mean(dim=0)

        plane = (mean * e).sum(dim=1, keepdim=True)
        nearest = shortest_vector(mean[:, None], plane, *state.box(rows))
        end = crossing(state, rows, e + share[:, None] * (nearest - e), LOOSE)
        reached = end.norm(dim=1)
        shorter = reached < length
        e = torch.where(shorter[:, None], end, e)
        length = torch.where(shorter, reached, length)
        at = torch.where(reached.isfinite()[:, None], end, e)

        share = torch.where(shorter, (share * _GROWS).clamp_max(1.0), share * _FALLS)
        going = (share > _LEAST_SHARE) & ((nearest - e).norm(dim=1) > SETTLED * length)
        rows, e, length, at = rows[going], e[going], length[going], at[going]
        share, normals = share[going], [normal[going] for normal in normals]


def descend_from(state: State, start: Tensor, steps: int) -> None:
    """Descend from where the rays through ``start`` cross the boundary, those that do."""
    rows = torch.nonzero(state.open & (start != 0).any(dim=1))[:, 0]
    if rows.numel() == 0:
        return
    end = crossing(state, rows, state.clip(rows, start[rows]), LOOSE)
    start[rows] = end
    descend(state, steps, rows[end.isfinite().all(dim=1)], start)
