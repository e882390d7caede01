"""Evaluations of the model, each of which records the perturbations that flip."""

import torch
from torch import Tensor

from fcflow.gradients.gap import gap_gradient, pair_logits
from fcflow.minimal.search.state import State


def evaluate(state: State, rows: Tensor, e: Tensor) -> Tensor:
    """Return the gaps at x + e of some points, float64; record every e that is a new best."""
    logits = [
        pair_logits(state.evaluated, state.perturbed(part, e[places]), state.pair[part])
        for places, part in state.parts(rows)
    ]
    state.n_forward[rows] += 1
    return _record(state, rows, e, torch.cat(logits))


def linearise(state: State, rows: Tensor, e: Tensor) -> tuple[Tensor, Tensor]:
    """Return gaps and their gradients at x + e of some points; record as ``evaluate`` does."""
    parts = [
        gap_gradient(state.evaluated, state.perturbed(part, e[places]), state.pair[part])
        for places, part in state.parts(rows)
    ]
    state.n_forward[rows] += 1
    state.n_backward[rows] += 1
    gap = _record(state, rows, e, torch.cat([logits for logits, _ in parts]))
    return gap, torch.cat([gradient.double().flatten(1) for _, gradient in parts])


def evaluate_start(state: State) -> None:
    """Evaluate the points themselves, and close those that are misclassified already.

    Their best is a perturbation of zero.
    """
    every = torch.arange(len(state.x), device=state.x.device)
    state.start_gap = evaluate(state, every, state.best)
    state.open &= state.best_norm > 0


def _record(state: State, rows: Tensor, e: Tensor, logits: Tensor) -> Tensor:
    gap = logits[:, 0] - logits[:, 1]
    length = e.norm(dim=1)
    better = (gap < 0) & (length < state.best_norm[rows])
    state.best[rows[better]] = e[better]
    state.best_norm[rows[better]] = length[better]
    return gap
