"""What the model answers at perturbed points: every criterion of success, for any attack's result."""

from dataclasses import dataclass

from torch import Tensor, nn

from fcflow.attacks.goal import gap, margins
from fcflow.compression.gradients import (
    DEFAULT_BATCH,
    check_model,
    check_pair,
    check_points,
    class_logits,
)


@dataclass(frozen=True)
class Outcome:
    """The model's answers at x + delta, each [n].

    Attributes
    ----------
    gap : float64
        g = f_source - f_target.
    predicted : int64
        The class of the largest logit.
    pair_flipped, argmax_changed, target_reached : bool
        Which criteria of :mod:`fcflow.attacks.goal` are met.
    """

    gap: Tensor
    predicted: Tensor
    pair_flipped: Tensor
    argmax_changed: Tensor
    target_reached: Tensor


def outcome(
    model: nn.Module,
    x: Tensor,
    delta: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    *,
    batch: int = DEFAULT_BATCH,
) -> Outcome:
    """Evaluate the model at x + delta and say which criteria are met.

    Raises
    ------
    InputError
        If an argument has the wrong shape, type or range, or the model is in training mode.

    Examples
    --------
    >>> import torch
    >>> linear = nn.Linear(1, 2, bias=False).eval().requires_grad_(False)
    >>> _ = linear.weight.copy_(torch.tensor([[1.0], [0.0]]))
    >>> outcome(linear, torch.tensor([[1.0]]), torch.tensor([[-3.0]]), 0, 1).pair_flipped
    tensor([True])
    """
    check_model(model)
    pair = check_pair(source, target, check_points("x", x))
    logits = class_logits(model, x.detach() + delta, batch)
    return Outcome(
        gap(logits, pair),
        logits.argmax(dim=1),
        margins(logits, pair, "pair") < 0,
        margins(logits, pair, "argmax") < 0,
        margins(logits, pair, "target") < 0,
    )
