"""The order of the phases, and the shortest perturbation of each point that comes of them."""

import torch
from torch import Tensor

from fcflow.minimal.certain_flips import certain_flips
from fcflow.minimal.search.anneal import anneal
from fcflow.minimal.search.descend import descend
from fcflow.minimal.search.evaluation import evaluate_start
from fcflow.minimal.search.finish import finish, finishing_rounds
from fcflow.minimal.search.follow import follow
from fcflow.minimal.search.pairs import curved_rows, flat_rows, keep_nearest, leave_source
from fcflow.minimal.search.restart import restart_aside, restart_downhill
from fcflow.minimal.search.retreat import retreat
from fcflow.minimal.search.scan import scan
from fcflow.minimal.search.state import State
from fcflow.minimal.search.walk import walk
from fcflow.perturbations import Perturbation

# A class is searched further where its best is at most so many times as long as the nearest
# class's. 1.1 was tried: it saves gradients, but without restarts the answer is longer.
_CLOSE = 1.2

# Gradients of an annealing for one of a phase, and at most: fewer with restarts, which find flips
# too and share a budget of gradients with it.
_ANNEALED, _LONGEST, _LONGEST_WITH_RESTARTS = 8, 32, 16


def search_pairs(
    state: State, owner: Tensor, steps: int, restarts: int, gradients: Tensor, *, leave: bool
) -> Perturbation:
    """Search every pair, and return the shortest perturbation of each point.

    Parameters
    ----------
    state : State
    owner : int64 [pairs]
        The point that each pair belongs to, ascending; all have as many pairs.
    steps : int
        Gradients of a phase, at most.
    restarts : int
        The first goes downhill, all others aside.
    gradients : int64 [n]
        A restart aside that could take a point beyond so many gradients, with what follows it, is
        not begun.
    leave : bool
        Whether any class other than the source counts, once the nearest is known.
    """
    evaluate_start(state)
    _approach(state, owner, steps, leave=leave)

    curved = curved_rows(state)
    longest = _LONGEST_WITH_RESTARTS if restarts else _LONGEST
    anneal(state, min(_ANNEALED * steps, longest), curved)
    descend(state, steps, curved[state.best_norm[curved].isfinite()])

    if restarts:
        scan(state, steps)
        _restart(state, owner, steps, restarts, gradients)
        descend(state, steps)
    finish(state, steps)
    return _shortest(state, owner, gradients)


def _approach(state: State, owner: Tensor, steps: int, *, leave: bool) -> None:
    """Find flips of all pairs where the boundary is nearly flat, and keep the nearest classes."""
    follow(state, max(1, steps // 2))
    walk(state, 2 * steps)
    retreat(state)
    keep_nearest(state, owner, _CLOSE)
    descend(state, steps, flat_rows(state))
    keep_nearest(state, owner, 1.0)
    if leave:
        leave_source(state)


def _restart(state: State, owner: Tensor, steps: int, restarts: int, gradients: Tensor) -> None:
    """Begin ``restarts`` times anew: once downhill, then aside as long as a point can afford it."""
    fewer = max(1, 2 * steps // 3)
    restart_downhill(state, fewer)
    most = gradients - fewer - steps - finishing_rounds(state) * steps
    for seed in range(1, restarts):
        affordable = _by_point(state.n_backward, owner, most) <= most
        restart_aside(state, fewer, seed, affordable[owner])


def _shortest(state: State, owner: Tensor, like: Tensor) -> Perturbation:
    delta, length, success = certain_flips(state)

    # Sorted by length, the first row of each point is its best; the sort is stable, so ties go to
    # the likelier class.
    order = torch.argsort(length, stable=True)
    best = order[torch.argsort(owner[order], stable=True)].reshape(len(like), -1)[:, 0]
    counts = [_by_point(counts, owner, like) for counts in (state.n_forward, state.n_backward)]
    return Perturbation(delta[best], length[best], success[best], *counts)


def _by_point(counts: Tensor, owner: Tensor, like: Tensor) -> Tensor:
    """Return the sum of a point's ``counts``, one for each pair, int64 [n] as ``like``."""
    return torch.zeros_like(like).index_add(0, owner, counts)
