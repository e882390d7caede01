"""Steps towards the middle of the box, halved until the shortest that flips is found."""

import torch
from torch import Tensor, nn

from fcflow.attacks.goal import Criterion, Goal, bisect, scaled
from fcflow.attacks.registry import attack
from fcflow.perturbations import Perturbation


@attack("halved", label="towards grey")
def halved(
    model: nn.Module,
    x: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    *,
    halvings: int = 10,
    criterion: Criterion,
    bounds: tuple[float, float] | None,
    batch: int,
) -> Perturbation:
    """Return the shortest step found towards an image of grey."""
    goal = Goal(model, x, source, target, criterion=criterion, bounds=bounds, batch=batch)
    everything, way = goal.everything(), 0.5 - x
    flips = goal.margin(everything, way) < 0
    rows = torch.nonzero(flips)[:, 0]
    share = torch.ones(len(x), dtype=torch.float64)
    low = torch.zeros(len(rows), dtype=torch.float64)
    share[rows] = bisect(
        goal, rows, lambda step: scaled(step, way[rows]), low, share[rows], halvings
    )
    return goal.result(scaled(share, way), flips)
