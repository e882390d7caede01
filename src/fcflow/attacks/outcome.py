"""What the model answers at perturbed points, by every criterion of success."""

from dataclasses import dataclass

from torch import Tensor, nn

from fcflow.attacks.goal import gap
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.gradients.bounds import Bounds, check_bounds
from fcflow.gradients.checks import check_model, check_pair, check_points
from fcflow.gradients.gap import class_logits
from fcflow.gradients.margins import Criterion, margins
from fcflow.minimal.lengthening import confirmed


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
    return answers(class_logits(model, x.detach() + delta, batch), pair)


def confirm(
    model: nn.Module,
    x: Tensor,
    delta: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    *,
    criterion: Criterion,
    bounds: Bounds | None,
    batch: int = 1,
) -> tuple[Tensor, Tensor, Outcome]:
    """Evaluate each point anew, by default alone, lengthened by up to a thousandth until it flips.

    Returns
    -------
    delta : like x
        As it was given where nothing flips.
    success : bool [n]
    outcome : Outcome
        At what was tried last.

    Raises
    ------
    InputError
        As ``outcome`` does.

    Examples
    --------
    >>> import torch
    >>> linear = nn.Linear(1, 2, bias=False).eval().requires_grad_(False)
    >>> _ = linear.weight.copy_(torch.tensor([[1.0], [0.0]]))
    >>> point, short = torch.tensor([[1.0]]), torch.tensor([[-1.0]])
    >>> options = {"criterion": "pair", "bounds": None}
    >>> confirm(linear, point, short, 0, 1, **options)[0].tolist()
    [[-1.0000009536743164]]
    """
    pair = check_pair(source, target, check_points("x", x))

    def margin(logits: Tensor, rows: Tensor) -> Tensor:
        return margins(logits, pair[rows], criterion)

    box, _, _ = check_bounds(bounds, x)
    delta, success, logits = confirmed(model, x, delta, margin, bounds=box, batch=batch)
    return delta, success, answers(logits, pair)


def answers(logits: Tensor, pair: Tensor) -> Outcome:
    """Return which criteria are met where the model has these logits, [n, k]."""
    return Outcome(
        gap(logits, pair),
        logits.argmax(dim=1),
        margins(logits, pair, "pair") < 0,
        margins(logits, pair, "argmax") < 0,
        margins(logits, pair, "target") < 0,
    )
