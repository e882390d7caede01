"""Gradient descent on the gap with small steps: the attacker of [FC] §5, equation 9."""

import torch
from torch import Tensor, nn

from fcflow.attacks.goal import Goal, gap, lengths, scaled
from fcflow.attacks.registry import attack
from fcflow.attacks.steps_until_flip import step_until_flip
from fcflow.errors import InputError
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.gradients.bounds import Bounds
from fcflow.gradients.checks import check_points
from fcflow.gradients.margins import Criterion
from fcflow.perturbations import Perturbation


@attack("descent", label="gradient descent")
def gradient_descent(
    model: nn.Module,
    x: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    *,
    step_share: float = 0.02,
    steps: int = 200,
    criterion: Criterion = "pair",
    bounds: Bounds | None = None,
    batch: int = DEFAULT_BATCH,
) -> Perturbation:
    """Follow -∇g/‖∇g‖, g = f_source - f_target, in steps of one length until the criterion is met.

    The paper's "infinitely small" step is the limit of small ``step_share``. The last step is
    bisected.

    Parameters
    ----------
    model : torch module in evaluation mode
        From a batch [n, ...] to logits [n, k], each row depending on its own input alone.
    x : floating point [n, ...]
    source, target : int or integer tensor [n]
        The classes of the gap.
    step_share : float
        Length of a step over the first-order length to the boundary at x, g(x)/‖∇g(x)‖; greater
        than zero.
    steps : int
        Gradients spent on a point, at most.
    criterion : {"pair", "argmax", "target"}
        What counts as flipped, see :mod:`fcflow.attacks.goal`.
    bounds : (low, high), optional
        Every iterate is clipped to this interval.
    batch : int
        The most points that go through the model at once.

    Returns
    -------
    Perturbation
        ‖delta‖ is the straight distance from x to where the path ends. Errors as in
        ``fast_gradient``.

    Examples
    --------
    >>> linear = nn.Linear(2, 2, bias=False).eval().requires_grad_(False)
    >>> _ = linear.weight.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    >>> gradient_descent(linear, torch.tensor([[1.0, 0.5]]), 0, 1).norm.round(decimals=3)
    tensor([1.], dtype=torch.float64)
    """
    if not 0 < step_share < float("inf"):
        raise InputError(f"step_share must be a positive number, got {step_share}")
    if steps < 1:
        raise InputError(f"steps must be at least 1, got {steps}")
    goal = Goal(model, x, source, target, criterion=criterion, bounds=bounds, batch=batch)
    step = torch.zeros(len(check_points("x", x)), dtype=torch.float64, device=x.device)

    def move(rows: Tensor, margin: Tensor, gradient: Tensor) -> Tensor:
        length = lengths(gradient)
        new = step[rows] == 0
        step[rows[new]] = step_share * margin[new] / length[new]
        return scaled(-step[rows] / length, gradient)

    return step_until_flip(goal, gap, move, steps)
