"""Evaluations of the model, each of which records the perturbations that flip.

Where the model has no finite answer, nothing flips: the gap is infinite.
"""

import torch
from torch import Tensor

from fcflow.gradients.gap import gap_gradient, pair_logits
from fcflow.minimal.search.state import State

# Shares of a perturbation at which the model is linearised, one after the other, where it has no
# finite answer at the perturbation itself. They fall ever faster: a step may be a little outside
# the domain of a logarithm, or 1e20 times too long because an output is saturated.
_SHORTER = tuple(2.0 ** -(2.0**k - 1) for k in range(1, 8))


def evaluate(state: State, rows: Tensor, e: Tensor) -> Tensor:
    """Return the gaps at x + e of some points, float64; record every e that is a new best."""
    logits = [
        pair_logits(state.evaluated, state.perturbed(part, e[places]), state.pair[part])
        for places, part in state.parts(rows)
    ]
    state.n_forward[rows] += 1
    return _record(state, rows, e, torch.cat(logits))


def linearise(state: State, rows: Tensor, e: Tensor) -> tuple[Tensor, Tensor]:
    """Return gaps and their gradients at x + e of some points; record as ``evaluate`` does.

    Where the model has no finite answer, ``e`` is shortened in place until it has one, and what is
    returned belongs to the shorter perturbation. If it never has, the gradient is zero.
    """
    gap, normal = _linearised(state, rows, e)
    outside = torch.nonzero(gap.isinf())[:, 0]
    too_long = e[outside]
    for share in _SHORTER:
        if outside.numel() == 0:
            break
        e[outside] = (too_long * share).nan_to_num(nan=0.0)
        gap[outside], normal[outside] = _linearised(state, rows[outside], e[outside])
        left = gap[outside].isinf()
        outside, too_long = outside[left], too_long[left]
    return gap, normal


def _linearised(state: State, rows: Tensor, e: Tensor) -> tuple[Tensor, Tensor]:
    """Return gaps and gradients; where a gradient is not finite it says nothing, and is zero."""
    parts = [
        gap_gradient(state.evaluated, state.perturbed(part, e[places]), state.pair[part])
        for places, part in state.parts(rows)
    ]
    state.n_forward[rows] += 1
    state.n_backward[rows] += 1
    gap = _record(state, rows, e, torch.cat([logits for logits, _ in parts]))
    normal = torch.cat([gradient.flatten(1).to(state.points.dtype) for _, gradient in parts])
    if not bool(normal.isfinite().all()):
        normal = normal.nan_to_num(nan=0.0, posinf=0.0, neginf=0.0)
    return gap, normal


def evaluate_start(state: State) -> None:
    """Evaluate the points themselves, and close those that are misclassified already.

    Their best is a perturbation of zero.
    """
    every = torch.arange(len(state.x), device=state.x.device)
    state.start_gap = evaluate(state, every, state.best)
    state.open &= state.best_norm > 0


def _record(state: State, rows: Tensor, e: Tensor, logits: Tensor) -> Tensor:
    gap = (logits[:, 0] - logits[:, 1]).nan_to_num(
        nan=torch.inf, posinf=torch.inf, neginf=torch.inf
    )
    length = e.norm(dim=1).double()
    better = (gap < 0) & (length < state.best_norm[rows])
    state.best[rows[better]] = e[better]
    state.best_norm[rows[better]] = length[better]
    return gap
