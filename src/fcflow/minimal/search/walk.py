"""A walk down the gradient to any flip, for points that have none yet."""

import torch

from fcflow.minimal.search.evaluation import linearise
from fcflow.minimal.search.overshoot import overshoot
from fcflow.minimal.search.state import State

# A step goes two hundredths beyond the linearised boundary: enough to flip where it is nearly flat,
# little to win back by the phases that shorten.
_BEYOND = 1.02


def walk(state: State, steps: int) -> None:
    """Seek any flip where there is none, by first-order steps from the last iterate."""
    rows = torch.nonzero(state.open & state.best_norm.isinf())[:, 0]
    e = torch.zeros_like(state.best)
    for _ in range(steps):
        if rows.numel() == 0:
            break
        at = e[rows]
        gap, normal = linearise(state, rows, at)
        e[rows] = at
        going = (gap >= 0) & (normal != 0).any(dim=1)
        rows, gap, normal = rows[going], gap[going], normal[going]

        # On the boundary itself there is no gap that would give a step its length.
        slope = normal.norm(dim=1)
        length = torch.maximum(_BEYOND * gap / slope, state.rounding(rows))
        e[rows] = state.clip(rows, e[rows] - normal * (length / slope)[:, None])
    overshoot(state, e)
