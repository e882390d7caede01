"""One gradient, and the smallest step along it, or its sign, that flips ([FC] §6, Table 5)."""

from functools import partial
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from fcflow.attacks.goal import Goal, bisect, gap, lengths, scaled
from fcflow.errors import InputError
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.gradients.bounds import Bounds
from fcflow.gradients.margins import Criterion
from fcflow.perturbations import Perturbation

Step = Literal["l2", "sign"]

# On the boundary itself there is no margin that would give a step its length.
_LEAST_MARGIN = 1e-9

# Steps tried from short to long before bisecting, in units of the step that flips a linear gap:
# 2^-4 to 2^6.
_TRIED = 2.0 ** torch.arange(-4.0, 6.5, 0.5, dtype=torch.float64)

# Of the interval between the last two steps tried: 1e-5 of it is left.
_HALVINGS = 16


def fast_gradient(
    model: nn.Module,
    x: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    *,
    step: Step,
    criterion: Criterion = "pair",
    bounds: Bounds | None = None,
    batch: int = DEFAULT_BATCH,
) -> Perturbation:
    """Return the smallest step found against the gradient at x of g = f_source - f_target.

    It meets the criterion. With ``step="l2"`` and no bounds it is a linear network's least
    perturbation. Steps grow by √2, then bisection.

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
    bounds : (low, high), optional
        Perturbed points are clipped to this interval.
    batch : int
        The most points that go through the model at once.

    Returns
    -------
    Perturbation
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
    everything = goal.everything()
    margin, gradient = goal.gradient(everything, torch.zeros_like(goal.x), gap)
    along = gradient.sign() if step == "sign" else scaled(1 / lengths(gradient), gradient)
    direction = -along.nan_to_num(0.0)
    slope = (gradient.double() * -direction.double()).flatten(1).sum(dim=1)

    # Of the criterion's margin, which is the gap's unless other classes count.
    first_order = margin.clamp_min(_LEAST_MARGIN) / slope
    length, flipped = _shortest_step(goal, direction, first_order, margin < 0, slope > 0)
    return goal.result(goal.clipped(everything, scaled(length, direction)), flipped)


def _shortest_step(
    goal: Goal, direction: Tensor, first_order: Tensor, flipped: Tensor, sloping: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the shortest steps found along directions, float64 [n], and whether they flip."""
    length, before = torch.zeros_like(first_order), torch.zeros_like(first_order)
    flipped = flipped.clone()
    rows = torch.nonzero(~flipped & sloping)[:, 0]

    def perturbation(rows: Tensor, step: Tensor) -> Tensor:
        return goal.clipped(rows, scaled(step, direction[rows]))

    for factor in _TRIED.to(flipped.device):
        tried = factor * first_order[rows]
        flips = goal.margin(rows, perturbation(rows, tried)) < 0
        length[rows], flipped[rows] = tried, flips
        before[rows[~flips]] = tried[~flips]
        rows = rows[~flips]

    rows = torch.nonzero(flipped & (length > 0))[:, 0]
    length[rows] = bisect(
        goal, rows, partial(perturbation, rows), before[rows], length[rows], _HALVINGS
    )
    return length, flipped
