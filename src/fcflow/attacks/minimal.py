"""The least perturbation that projections find, as an attack beside the others."""

from dataclasses import replace

import torch
from torch import Tensor, nn

from fcflow.attacks.goal import Goal
from fcflow.attacks.registry import attack
from fcflow.errors import InputError
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.gradients.bounds import Bounds
from fcflow.gradients.margins import Criterion
from fcflow.minimal.box import shifted
from fcflow.minimal.effort import Effort
from fcflow.minimal.perturbation import minimal_perturbation
from fcflow.networks.single_precision import SinglePrecision
from fcflow.perturbations import Perturbation


@attack("minimal", label="projection")
def minimal(
    model: nn.Module,
    x: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    *,
    effort: Effort = "default",
    together: bool = True,
    criterion: Criterion = "pair",
    bounds: Bounds | None = None,
    batch: int = DEFAULT_BATCH,
) -> Perturbation:
    """Return what ``minimal_perturbation`` finds, in the dtype of the points throughout.

    Parameters
    ----------
    model : torch module in evaluation mode
        From a batch [n, ...] to logits [n, k], each row depending on its own input alone.
    x : floating point [n, ...]
        For float32 no float64 copy of the model is taken, which would be four times as slow.
    source, target : int or integer tensor [n]
        The target is looked at for the pair alone.
    effort : {"quick", "default", "thorough"}
        See :func:`~fcflow.minimal.perturbation.minimal_perturbation`.
    together : bool
        Whether the points are evaluated once more in full batches, as the other attacks do it, and
        what falls back there by rounding is lengthened.
    criterion : {"pair", "argmax"}
        Reach the target, or the nearest other class.
    bounds : (low, high), optional
        The least and greatest value that a coordinate of a perturbed point may take.
    batch : int
        The most points that go through the model at once.

    Returns
    -------
    Perturbation

    Raises
    ------
    InputError
        As ``minimal_perturbation`` does, and for another criterion.

    Examples
    --------
    >>> linear = nn.Linear(2, 2, bias=False).eval().requires_grad_(False)
    >>> _ = linear.weight.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    >>> minimal(linear, torch.tensor([[1.0, 0.5]]), 0, 1).norm.round(decimals=3)
    tensor([1.], dtype=torch.float64)
    """
    if criterion not in ("pair", "argmax"):
        raise InputError(f"criterion must be one of pair, argmax, got {criterion!r}")
    goal = Goal(model, x, source, target, criterion=criterion, bounds=bounds, batch=batch)
    if x.dtype == torch.float32:
        goal.model = SinglePrecision(goal.model).eval()
    least = minimal_perturbation(
        goal.model,
        goal.given,
        source,
        target if criterion == "pair" else None,
        criterion="pair" if criterion == "pair" else "any",
        bounds=bounds,
        effort=effort,
        batch=batch,
        check_rows=False,
    )
    if not together:
        return least
    again = goal.result(shifted(goal.x, goal.given, least.delta, goal.bounds), least.success)
    forward = least.n_forward + again.n_forward
    return replace(again, n_forward=forward, n_backward=least.n_backward)
