"""The first flips of each point: towards its nearest classes, and then to any class."""

import torch
from torch import Tensor

from fcflow.minimal.search.overshoot import overshoot
from fcflow.minimal.search.state import State
from fcflow.minimal.search.tangent import tangent
from fcflow.minimal.search.turn import Way, set_out, shares, turn

# Gradients of each pair of classes, and of the pairs that go on, from which share of the latest in
# the direction to which: at first it must be free to turn, at last it must hold still for the
# length to settle. More were tried (20 and 50 for the second): they shorten by 0.1 % more, and
# restarts of as many gradients by far more than that.
_FIRST, _THEN = shares(0.9, 0.3, 4), shares(0.3, 0.02, 12)

# A class is not set out towards where its boundary, by the gradient at x, is this many times as far
# as a flip that is known: it may be closer than that says, but not by much.
_WORTH = 1.5

# A class is gone on with where its flip is at most so many times as long as the nearest class's.
_CLOSE = 1.2

# Where no flip was found: steps down the gradient, each two hundredths beyond the linearised
# boundary, enough to flip where it is nearly flat.
_STEPS, _BEYOND = 14, 1.02


def approach(state: State, classes: Tensor | None) -> None:
    """Search from x, towards each of some classes, int64 [n, c], or to the pairs' targets.

    Where classes are given, any class but the source counts, once the nearest are known.
    """
    rows = state.open_rows()
    if rows.numel() == 0:
        return
    if classes is None:
        owner, pair = rows, state.pair[rows]
    else:
        owner = rows.repeat_interleave(classes.shape[1])
        pair = torch.stack([state.pair[owner, 0], classes[rows].flatten()], dim=1)
    trial = state.trial(owner, pair)
    every = torch.arange(len(owner), device=rows.device)
    way, trial.start_gap = set_out(trial, every)
    close, way = _close(trial, way, state.best_norm[owner], owner)
    trial.pair[close] = state.pair[owner[close]]
    turn(trial, close, way, _THEN)
    state.adopt(trial, owner)


def _close(trial: State, way: Way, known: Tensor, owner: Tensor) -> tuple[Tensor, Way]:
    """Return the pairs whose flips are close to their points' shortest, and the ways there.

    ``known``, float64 [m], is what their points' shortest was before.
    """
    rows = torch.nonzero(way.length <= _WORTH * known)[:, 0]
    way, flip = turn(trial, rows, way.where(rows), _FIRST)
    # Where nothing flipped yet, the length that the boundary seems to have counts.
    length = torch.full_like(known, torch.inf)
    length[rows] = torch.where(flip.isfinite(), flip, way.length)
    least = torch.full((int(owner.max()) + 1,), torch.inf, dtype=length.dtype, device=length.device)
    least = least.scatter_reduce(0, owner, torch.minimum(length, known), reduce="amin")[owner]
    close = length[rows] <= _CLOSE * least[rows]
    return rows[close], way.where(close)


def walk(state: State) -> None:
    """Seek any flip where there is none, by first-order steps from the last iterate."""
    rows = torch.nonzero(state.open & state.best_norm.isinf())[:, 0]
    e = torch.zeros_like(state.best)
    for _ in range(_STEPS):
        if rows.numel() == 0:
            break
        at = e[rows]
        seen = tangent(state, rows, at)
        e[rows] = at
        going = (seen.distance >= 0) & (seen.slope > 0)
        rows, normal, distance = rows[going], seen.normal[going], seen.distance[going]

        # On the boundary itself there is no distance that would give a step its length.
        length = torch.maximum(_BEYOND * distance, state.rounding(rows)).to(normal)
        e[rows] = state.clip(rows, e[rows] - normal * length[:, None])
    overshoot(state, e)
