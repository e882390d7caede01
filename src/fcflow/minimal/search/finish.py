"""The end of a search: on several linearisations at once, and on the boundary in float64."""

import torch

from fcflow.minimal.double_precision import in_float64
from fcflow.minimal.search.crossing import crossing
from fcflow.minimal.search.evaluation import evaluate
from fcflow.minimal.search.follow import follow
from fcflow.minimal.search.overshoot import overshoot
from fcflow.minimal.search.retreat import retreat
from fcflow.minimal.search.state import State

# How often several linearisations are followed together, at most, while that shortens by more than
# this share.
_ROUNDS, _SHORTENED = 2, 1e-6

# Coordinates up to which that is cheap beside a gradient; fewer in a box, where projections are
# root searches over all coordinates.
_FEW, _FEW_IN_BOX = 256, 32

# How close to the boundary the last ray ends, as a share of the gap at x, by the dtype of the
# model's logits: more than their rounding allows is not to be had. And evaluations for it, at most.
_TIGHT = {torch.float64: 1e-12}
_TIGHT_IN_LESS, _EVALUATIONS = 1e-6, 16


def settle(state: State) -> None:
    """In few dimensions, go to the closest point where linear pieces of the boundary meet."""
    if state.points.shape[1] > (_FEW if state.bounds is None else _FEW_IN_BOX):
        return
    polish(state)
    searched = state.open.clone()
    for _ in range(_ROUNDS):
        before = state.best_norm.clone()
        follow(state)
        polish(state)
        state.open &= state.best_norm < before * (1 - _SHORTENED)
    state.open = searched


def finish(state: State) -> None:
    """Go over to float64, and end on the boundary there."""
    use_float64(state)
    polish(state)


def use_float64(state: State) -> None:
    """Go on with a float64 copy of the model, where it allows one.

    What flipped only by the rounding of float32 is lengthened until it flips in float64.
    """
    exact = in_float64(state.model, state.x[:1])
    if exact is state.model:
        return
    state.evaluated, state.dtype = exact, torch.float64
    state.points, state.best = state.points.double(), state.best.double()
    before, rows = state.best.clone(), state.flipped_rows()
    if rows.numel() == 0:
        return
    state.best_norm[rows] = torch.inf
    state.start_gap[rows] = evaluate(state, rows, torch.zeros_like(before[rows]))
    short = rows[evaluate(state, rows, before[rows]) >= 0]
    e = torch.zeros_like(before)
    e[short] = before[short]
    overshoot(state, e)


def polish(state: State) -> None:
    """Follow the ray through each best to the boundary."""
    retreat(state)
    rows = state.flipped_rows()
    if rows.numel() == 0:
        return
    length = state.best_norm[rows].clone()
    direction = state.best[rows] / length.to(state.best)[:, None]
    tolerance = _TIGHT.get(state.dtype, _TIGHT_IN_LESS)
    crossing(state, rows, direction, length, tolerance=tolerance, evaluations=_EVALUATIONS)
