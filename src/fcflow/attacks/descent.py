"""Many small steps until a point flips, and a bisection of the last one."""

from collections.abc import Callable

import torch
from torch import Tensor

from fcflow.attacks.goal import Goal, bisect
from fcflow.minimal.perturbation import MinimalPerturbation

_HALVINGS = 10


def descend(
    goal: Goal,
    loss: Callable[[Tensor, Tensor], Tensor],
    move: Callable[[Tensor, Tensor, Tensor], Tensor],
    steps: int,
) -> MinimalPerturbation:
    """Move each point until it flips or ``steps`` gradients are spent, and return its shortest flipped iterate.

    Parameters
    ----------
    goal : Goal
    loss : callable
        From logits [n, k] and pairs [n, 2] to what is differentiated, [n].
    move : callable
        From rows, margins and gradients at the present iterates to the steps to add to them.
    steps : int

    Returns
    -------
    MinimalPerturbation
        A point that flips stops there: from then on its iterates only grow. Its last step is
        bisected.
    """
    everything = torch.arange(len(goal.x), device=goal.x.device)
    delta, previous = torch.zeros_like(goal.x), torch.zeros_like(goal.x)
    flipped = torch.zeros(len(goal.x), dtype=torch.bool, device=goal.x.device)
    rows = everything
    for taken in range(steps + 1):
        # The last iterate is looked at, and not moved from.
        if taken == steps:
            flipped[rows] = goal.margin(rows, delta[rows]) < 0
            break
        margin, gradient = goal.gradient(rows, delta[rows], loss)
        flipped[rows] = margin < 0
        going = (margin >= 0) & (gradient != 0).flatten(1).any(dim=1)
        rows, margin, gradient = rows[going], margin[going], gradient[going]
        if rows.numel() == 0:
            break
        previous[rows] = delta[rows]
        delta[rows] = goal.clipped(rows, delta[rows] + move(rows, margin, gradient))
    rows = everything[flipped & (delta != 0).flatten(1).any(dim=1)]
    start, end = previous[rows], delta[rows]

    def last_step(share: Tensor) -> Tensor:
        # ``lerp`` is exact at both ends.
        return goal.clipped(
            rows, torch.lerp(start, end, share.to(end.dtype).reshape(-1, *[1] * (end.ndim - 1)))
        )

    whole = torch.ones(len(rows), dtype=torch.float64, device=goal.x.device)
    delta[rows] = last_step(
        bisect(goal, rows, last_step, torch.zeros_like(whole), whole, _HALVINGS)
    )
    return goal.result(delta, flipped)
