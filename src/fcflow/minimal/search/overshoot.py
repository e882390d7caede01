"""Perturbations that end just short of the boundary, lengthened until they flip."""

import torch
from torch import Tensor

from fcflow.minimal.lengthening import Tried, lengthen
from fcflow.minimal.search.evaluation import evaluate
from fcflow.minimal.search.state import State

# Relative to the perturbation, from short to long. The first are what a settled projection misses
# the boundary by; the last go a long way, since where nothing has flipped yet any flip is a start
# for the next phase. Half decades above 0.1 bring that start closer to the boundary, for one
# evaluation each.
_OVERSHOOTS = (1e-9, 1e-7, 1e-5, 1e-3, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)

# Lengthening by less than this share of what the gap's fall from x on says is missing is not worth
# an evaluation.
_WORTHWHILE = 0.5


def overshoot(state: State, e: Tensor) -> None:
    """Lengthen perturbations, float64 [n, D], until they flip or are longer than the best."""
    waiting = torch.nonzero(state.open & (e != 0).any(dim=1))[:, 0]
    least = torch.zeros_like(state.best_norm)
    remaining = iter(_OVERSHOOTS)

    def flips(rows: Tensor, tried: Tensor) -> tuple[Tensor, Tensor]:
        gap = evaluate(state, rows, tried)
        least[rows] = torch.inf
        return gap < 0, gap

    def longer(rows: Tensor, gap: Tensor) -> Tried:
        nonlocal waiting
        least[rows] = _WORTHWHILE * gap / state.start_gap[rows]
        waiting = waiting[least[waiting].isfinite()]
        for share in remaining:
            length = e[waiting].norm(dim=1) * (1 + share)
            waiting = waiting[length < state.best_norm[waiting]]
            due = waiting[least[waiting] <= share]
            if due.numel():
                return due, state.clip(due, e[due] * (1 + share))
        return waiting[:0], e[:0]

    first = longer(waiting[:0], least[:0])
    lengthen(e, first, flips, longer)
