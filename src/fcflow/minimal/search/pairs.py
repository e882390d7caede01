"""Which pairs of classes are still searched, and which points need what."""

import torch
from torch import Tensor

from fcflow.minimal.search.evaluation import evaluate
from fcflow.minimal.search.state import State

# A boundary this many times further than the gradient at x says is curved: linearising has failed.
# Lower, and nearly flat boundaries pay for an annealing; higher, and curved ones go without.
_CURVED = 1.3


def flat_rows(state: State) -> Tensor:
    """Return the open points with a flip that are not curved."""
    return torch.nonzero(state.open & (state.best_norm <= _CURVED * state.linear))[:, 0]


def curved_rows(state: State) -> Tensor:
    """Return the open points whose boundary is not where the gradient at x says, or nowhere yet."""
    return torch.nonzero(state.open & (state.best_norm > _CURVED * state.linear))[:, 0]


def keep_nearest(state: State, owner: Tensor, slack: float) -> None:
    """Close the pairs whose best is longer than ``slack`` times that of their point's nearest.

    ``owner``, int64 [n], says which pairs belong to one point.
    """
    shortest = torch.full_like(state.best_norm, torch.inf)
    shortest = shortest.scatter_reduce(0, owner, state.best_norm, reduce="amin")[owner]
    state.open &= state.best_norm <= slack * shortest


def leave_source(state: State) -> None:
    """From now on, count any class other than the source as reached."""
    state.pair = state.pair[:, :1].expand(-1, 2).clone()
    rows = state.open_rows()
    if rows.numel():
        state.start_gap[rows] = evaluate(state, rows, torch.zeros_like(state.best[rows]))
