"""Many small steps until a point flips, and a bisection of the last one."""

from collections.abc import Callable

import torch
from torch import Tensor

from fcflow.attacks.goal import Goal, bisect
from fcflow.perturbations import Perturbation

# Of the last step, which is a small share of the way: a thousandth of it is left.
_HALVINGS = 10


def step_until_flip(
    goal: Goal,
    loss: Callable[[Tensor, Tensor], Tensor],
    move: Callable[[Tensor, Tensor, Tensor], Tensor],
    steps: int,
) -> Perturbation:
    """Move each point until it flips or ``steps`` gradients are spent.

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
    Perturbation
        A point that flips stops there: from then on its iterates only grow. Its last step is
        bisected.
    """
    delta, previous = torch.zeros_like(goal.x), torch.zeros_like(goal.x)
    flipped = torch.zeros(len(goal.x), dtype=torch.bool, device=goal.x.device)
    rows = goal.everything()
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

    rows = torch.nonzero(flipped & (delta != 0).flatten(1).any(dim=1))[:, 0]
    start, end = previous[rows], delta[rows]

    def last_step(share: Tensor) -> Tensor:
        # ``lerp`` is exact at both ends.
        weight = share.to(end.dtype).reshape(-1, *[1] * (end.ndim - 1))
        return goal.clipped(rows, torch.lerp(start, end, weight))

    whole = torch.ones(len(rows), dtype=torch.float64, device=goal.x.device)
    share = bisect(goal, rows, last_step, torch.zeros_like(whole), whole, _HALVINGS)
    delta[rows] = last_step(share)
    return goal.result(delta, flipped)
