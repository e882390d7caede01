"""Flips in random directions, for points of few coordinates."""

import torch

from fcflow.minimal.search.evaluation import evaluate
from fcflow.minimal.search.state import State
from fcflow.minimal.search.turn import Way, shares, turn

# Coordinates up to which random directions find something: the share of directions that come close
# to the shortest flip falls exponentially with them.
_FEW = 32

# Directions, and how far along each is looked, as shares of the best's length, one after the other.
# Looking costs one evaluation each and no gradient; at the full length a shorter flip cannot be
# found.
_DIRECTIONS, _SHARES = 96, (0.3, 0.6, 0.9)

# Where no flip is known it is looked this many lengths of the point far, and this far at least, for
# a point at zero.
_REACH, _LEAST_REACH = 4.0, 1.0

# The share of each gradient in the direction, from a shorter flip on.
_TURNS = shares(0.5, 0.05, 10)


def scan(state: State) -> None:
    """Look in random directions, the same for every point, and go on from shorter flips.

    In many dimensions this would find nothing, and is not done.
    """
    d, rows = state.points.shape[1], state.open_rows()
    if d > _FEW or rows.numel() == 0:
        return
    before = state.best_norm.clone()
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randn(_DIRECTIONS, d, generator=generator, dtype=torch.float64)
    drawn = (drawn / drawn.norm(dim=1, keepdim=True)).to(state.points)

    far = _REACH * state.points[rows].norm(dim=1).double() + _LEAST_REACH
    reach = torch.where(before[rows].isinf(), far, before[rows])
    for i, direction in enumerate(drawn):
        length = _SHARES[i % len(_SHARES)] * reach
        evaluate(state, rows, state.along(rows, direction.expand(len(rows), d), length))

    shorter = torch.nonzero(state.open & (state.best_norm < before))[:, 0]
    if shorter.numel():
        length = state.best_norm[shorter]
        way = Way(state.best[shorter] / length.to(drawn)[:, None], length)
        turn(state, shorter, way, _TURNS)
