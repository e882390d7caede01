"""Flips in random directions, for points of few coordinates."""

import torch

from fcflow.minimal.search.descend import descend
from fcflow.minimal.search.evaluation import evaluate
from fcflow.minimal.search.state import State

# Coordinates up to which random directions find something: the share of directions that come close
# to the shortest flip falls exponentially with them.
_FEW = 32

# Directions, and how far along each is looked, as shares of the best's length. Looking costs one
# evaluation each and no gradient; at the full length a shorter flip cannot be found.
_DIRECTIONS, _SHARES = 64, (0.3, 0.6, 0.9)

# Where no flip is known it is looked this many lengths of the point far, and this far at least, for
# a point at zero.
_REACH, _LEAST_REACH = 4.0, 1.0


def scan(state: State, steps: int) -> None:
    """Look in random directions, the same for every point, and descend from shorter flips.

    In many dimensions this would find nothing, and is not done.
    """
    d, rows = state.points.shape[1], state.open_rows()
    if d > _FEW or rows.numel() == 0:
        return
    before = state.best_norm.clone()
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randn(_DIRECTIONS, d, generator=generator, dtype=torch.float64)
    drawn = drawn.to(state.x.device)

    far = _REACH * state.points[rows].norm(dim=1) + _LEAST_REACH
    reach = torch.where(before[rows].isinf(), far, before[rows])
    for direction in drawn / drawn.norm(dim=1, keepdim=True):
        for share in _SHARES:
            evaluate(state, rows, state.clip(rows, share * reach[:, None] * direction))
    descend(state, steps, torch.nonzero(state.open & (state.best_norm < before))[:, 0])
