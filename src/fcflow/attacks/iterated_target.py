"""Iterated signed steps towards a class ([FC] §6, Table 8).

It is the least-likely-class attack of Kurakin, Goodfellow and Bengio, *Adversarial examples in the
physical world* (2017), §2.3, whose target is the class that the network holds for least likely; the
paper's target is the other class of a pair.
"""

from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from fcflow.attacks.goal import Goal
from fcflow.attacks.registry import attack
from fcflow.attacks.steps_until_flip import step_until_flip
from fcflow.errors import InputError
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.gradients.bounds import Bounds
from fcflow.gradients.margins import Criterion
from fcflow.perturbations import Perturbation


@attack("iterated", label="iterated")
def iterated_target(
    model: nn.Module,
    x: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    *,
    step: float = 1 / 255,
    steps: int = 100,
    criterion: Criterion = "target",
    bounds: Bounds | None = None,
    batch: int = DEFAULT_BATCH,
) -> Perturbation:
    """Take steps of one size against the sign of the cross-entropy's gradient, to the target.

    Parameters
    ----------
    model : torch module in evaluation mode
        From a batch [n, ...] to logits [n, k], each row depending on its own input alone.
    x : floating point [n, ...]
    source, target : int or integer tensor [n]
        The true class and the class to reach.
    step : float
        What one step changes each coordinate by; the original attack's is one of 255 grey levels.
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
        The first iterate that flips, its last step bisected. Errors as in ``fast_gradient``.

    Examples
    --------
    >>> import torch
    >>> linear = nn.Linear(2, 2, bias=False).eval().requires_grad_(False)
    >>> _ = linear.weight.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    >>> iterated_target(linear, torch.tensor([[1.0, 0.5]]), 0, 1, step=0.01).delta.round(decimals=2)
    tensor([[-0.7100, -0.7100]])
    """
    if not 0 < step < float("inf"):
        raise InputError(f"step must be a positive number, got {step}")
    if steps < 1:
        raise InputError(f"steps must be at least 1, got {steps}")
    goal = Goal(model, x, source, target, criterion=criterion, bounds=bounds, batch=batch)

    def loss(logits: Tensor, pair: Tensor) -> Tensor:
        return cross_entropy(logits, pair[:, 1], reduction="none")

    def move(rows: Tensor, margin: Tensor, gradient: Tensor) -> Tensor:
        return -step * gradient.sign()

    return step_until_flip(goal, loss, move, steps)
