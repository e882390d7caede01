"""One gradient, and the smallest step along it that flips: the fast gradient (sign) method ([FC] §6, Table 5)."""

from functools import partial
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from fcflow.attacks.goal import Criterion, Goal, bisect, gap, lengths, scaled
from fcflow.compression.gradients import DEFAULT_BATCH
from fcflow.errors import InputError
from fcflow.minimal.perturbation import MinimalPerturbation

Step = Literal["l2", "sign"]

# Steps tried from short to long before bisecting, in units of the step that flips a linear gap:
# 2^-4 to 2^6.
_TRIED = 2.0 ** torch.arange(-4.0, 6.5, 0.5, dtype=torch.float64)
_HALVINGS = 16


def fast_gradient(
    model: nn.Module,
    x: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    *,
    step: Step,
    criterion: Criterion = "pair",
    bounds: tuple[float, float] | None = None,
    batch: int = DEFAULT_BATCH,
) -> MinimalPerturbation:
    """Return the smallest step found against the gradient of g = f_source - f_target at x that meets the criterion.

    With ``step="l2"`` and no bounds it is the least perturbation of a linear network. Steps grow by
    √2, then bisection.

    Parameters
    ----------
    model : torch module in evaluation mode
        From a batch [n, ...] to logits [n, k], each row depending on its own input alone.
    x : floating point [n, ...]
    source, target : int or integer tensor [n]
        The classes of the gap.
    step : {"l2", "sign"}
        Along -∇g, or along -sign ∇g. Norms are L2 either way.
    criterion : {"pair", "argmax", "target"}
        What counts as flipped, see :mod:`fcflow.attacks.goal`.
    bounds : (float, float), optional
        Perturbed points are clipped to this interval.
    batch : int
        The most points that go through the model at once.

    Returns
    -------
    MinimalPerturbation
        ``success`` is false where no step up to 64 times the first-order length flips.

    Raises
    ------
    InputError
        If an argument has the wrong shape, type or range, or the model is in training mode.

    Examples
    --------
    >>> linear = nn.Linear(2, 2, bias=False).eval().requires_grad_(False)
    >>> _ = linear.weight.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    >>> fast_gradient(linear, torch.tensor([[1.0, 0.5]]), 0, 1, step="l2").norm.round(decimals=3)
    tensor([1.], dtype=torch.float64)
    """
    if step not in get_args(Step):
        raise InputError(f"step must be one of {', '.join(get_args(Step))}, got {step!r}")
    goal = Goal(model, x, source, target, criterion=criterion, bounds=bounds, batch=batch)
    everything = torch.arange(len(x), device=x.device)
    margin, gradient = goal.gradient(everything, torch.zeros_like(goal.x), gap)
    direction = -(
        gradient.sign() if step == "sign" else scaled(1 / lengths(gradient), gradient)
    ).nan_to_num(0.0)
    slope = (gradient.double() * -direction.double()).flatten(1).sum(dim=1)
    first_order = (
        margin.clamp_min(1e-9) / slope
    )  # of the criterion's margin, which is the gap's unless other classes count
    length, flipped = _shortest_step(goal, direction, first_order, margin < 0, slope > 0)
    return goal.result(goal.clipped(everything, scaled(length, direction)), flipped)


def _shortest_step(
    goal: Goal, direction: Tensor, first_order: Tensor, flipped: Tensor, sloping: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the shortest steps found along directions, float64 [n], and whether they flip, bool [n]."""
    everything = torch.arange(len(flipped), device=flipped.device)
    length, before, flipped = (
        torch.zeros_like(first_order),
        torch.zeros_like(first_order),
        flipped.clone(),
    )
    rows = everything[~flipped & sloping]

    def perturbation(chosen: Tensor, step: Tensor) -> Tensor:
        return goal.clipped(chosen, scaled(step, direction[chosen]))

    for factor in _TRIED.to(flipped.device):
        tried = factor * first_order[rows]
        flips = goal.margin(rows, perturbation(rows, tried)) < 0
        length[rows], flipped[rows] = tried, flips
        before[rows[~flips]] = tried[~flips]
        rows = rows[~flips]
    rows = everything[flipped & (length > 0)]
    length[rows] = bisect(
        goal, rows, partial(perturbation, rows), before[rows], length[rows], _HALVINGS
    )
    return length, flipped
