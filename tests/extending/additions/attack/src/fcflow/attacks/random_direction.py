"""Steps in a random direction: what an attack has to beat."""

import torch
from torch import Tensor, nn

from fcflow.attacks.goal import Criterion, Goal
from fcflow.attacks.registry import attack
from fcflow.perturbations import Perturbation


@attack("random_direction", label="random direction")
def random_direction(
    model: nn.Module,
    x: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    *,
    criterion: Criterion = "pair",
    bounds: tuple[float, float] | None = None,
    batch: int = 64,
    doublings: int = 12,
) -> Perturbation:
    """Return the first of ever longer steps that meets the criterion.

    Parameters
    ----------
    doublings : int
        Of the step's length, which begins with a hundredth.
    """
    goal = Goal(model, x, source, target, criterion=criterion, bounds=bounds, batch=batch)
    generator = torch.Generator().manual_seed(0)
    direction = torch.randn(x.shape[1:], generator=generator).to(x)
    unit = direction / direction.norm()
    rows = torch.arange(len(x), device=x.device)
    delta, flipped = torch.zeros_like(x), torch.zeros(len(x), dtype=torch.bool, device=x.device)
    for doubling in range(doublings):
        step = goal.clipped(rows, (0.01 * 2**doubling * unit).expand_as(x).clone())
        new = ~flipped & (goal.margin(rows, step) < 0)
        delta[new] = step[new]
        flipped |= new
    return goal.result(delta, flipped)
