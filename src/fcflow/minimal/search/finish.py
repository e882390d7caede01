"""The end of a search: in float64, with several linearisations at once, and on the boundary."""

import torch

from fcflow.minimal.double_precision import in_float64
from fcflow.minimal.search.evaluation import evaluate
from fcflow.minimal.search.follow import follow
from fcflow.minimal.search.overshoot import overshoot
from fcflow.minimal.search.ray import crossing
from fcflow.minimal.search.retreat import retreat
from fcflow.minimal.search.state import State

# Linearisations that are projected onto together: the closest point is often on a kink, where as
# many linear pieces meet; each more makes the quadratic programme larger.
_CUTS = 4

# How often that is done anew, at most, while it shortens by more than this share.
_ROUNDS, _SHORTENED = 2, 1e-6

# Coordinates up to which projecting onto several halfspaces in a box is cheap beside a gradient.
_SMALL = 256

# How close to the boundary the last ray ends, as a share of the gap at x: more than the rounding of
# the logits allows is not to be had.
_TIGHT = {torch.float64: 1e-12}
_TIGHT_IN_LESS = 1e-6


def finishing_rounds(state: State) -> int:
    """Return how often several linearisations are followed together, at most."""
    costly = state.bounds is not None and state.points.shape[1] > _SMALL
    return 0 if costly else _ROUNDS


def finish(state: State, steps: int) -> None:
    """Go over to float64, follow several linearisations together, and end on the boundary."""
    use_float64(state)
    _polish(state)
    for _ in range(finishing_rounds(state)):
        before = state.best_norm.clone()
        follow(state, steps, _CUTS)
        _polish(state)
        state.open &= state.best_norm < before * (1 - _SHORTENED)


def use_float64(state: State) -> None:
    """Go on with a float64 copy of the model, where it allows one.

    What flipped only by the rounding of float32 is lengthened until it flips in float64.
    """
    exact = in_float64(state.model, state.x[:1])
    if exact is state.model:
        return
    state.evaluated, state.dtype = exact, torch.float64
    before, rows = state.best.clone(), state.flipped_rows()
    if rows.numel() == 0:
        return
    state.best_norm[rows] = torch.inf
    state.start_gap[rows] = evaluate(state, rows, torch.zeros_like(before[rows]))
    short = rows[evaluate(state, rows, before[rows]) >= 0]
    e = torch.zeros_like(before)
    e[short] = before[short]
    overshoot(state, e)


def _polish(state: State) -> None:
    """Follow the ray through each best to the boundary."""
    retreat(state)
    rows = state.flipped_rows()
    if rows.numel():
        tolerance = _TIGHT.get(state.dtype, _TIGHT_IN_LESS)
        crossing(state, rows, state.best[rows].clone(), tolerance)
