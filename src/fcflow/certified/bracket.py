"""A lower and an upper bound on the least perturbation, in one call: certified ≤ true ≤ found."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from fcflow.certified.perturbation import Effort, certified_perturbation
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.gradients.bounds import Bounds
from fcflow.gradients.checks import check_points
from fcflow.gradients.coordinates import Numbers
from fcflow.minimal.perturbation import minimal_perturbation


@dataclass(frozen=True)
class Bracket:
    """What is known about the least perturbation of each of n points.

    Attributes
    ----------
    certified, found : float64 [n]
        No shorter perturbation flips the point; one so long does. ``found`` is infinite where the
        search failed, and both are zero where x is misclassified.
    ratio : float64 [n]
        certified / found, at most 1; NaN where x is misclassified or the search failed.
    delta : like x
        The perturbation found.
    correct : bool [n]
        Whether x is classified as ``source``.
    target : int64 [n]
        The class that decides the certified bound.
    """

    certified: Tensor
    found: Tensor
    ratio: Tensor
    delta: Tensor
    correct: Tensor
    target: Tensor


def bracket(
    model: nn.Module,
    x: Tensor,
    source: int | Tensor | None = None,
    target: int | Tensor | None = None,
    *,
    bounds: Bounds | None = None,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    effort: Effort = "default",
    batch: int = DEFAULT_BATCH,
) -> Bracket:
    """Return what the least L2 perturbation of each point lies between.

    Parameters
    ----------
    model, x, source, target
        As for :func:`~fcflow.certified.perturbation.certified_perturbation`.
    bounds : (low, high), optional
        Of the coordinates of x + delta, for the perturbation found: numbers, one for each channel,
        or tensors. The certified bound is that without a box, which is a bound within any.
    mean, std : float, sequence or tensor, optional
        For a model that expects (x - mean) / std; all else is in the units before that.
    effort : "quick", "default" or "thorough"
        Spent on the certified bound.
    batch : int
        Points in one evaluation of the model, at most.

    Returns
    -------
    Bracket

    Raises
    ------
    InputError
        As :func:`~fcflow.certified.perturbation.certified_perturbation` and
        :func:`~fcflow.minimal.perturbation.minimal_perturbation` do.

    Examples
    --------
    >>> linear = nn.Linear(2, 2, bias=False).eval()
    >>> _ = linear.weight.data.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    >>> between = bracket(linear, torch.tensor([[1.0, 0.5]]))
    >>> between.certified.round(decimals=5), between.found.round(decimals=5)
    (tensor([1.], dtype=torch.float64), tensor([1.], dtype=torch.float64))
    """
    points = check_points("x", x)
    criterion: Literal["any", "pair"] = "any" if target is None else "pair"
    least = minimal_perturbation(
        model,
        points,
        source,
        target,
        criterion=criterion,
        bounds=bounds,
        mean=mean,
        std=std,
        batch=batch,
    )
    found = torch.where(least.success, least.norm, torch.inf)
    proved = certified_perturbation(
        model, points, least.source, target, mean=mean, std=std, upper=found, effort=effort
    )
    ratio = torch.where(proved.correct & found.isfinite(), proved.radius / found, torch.nan)
    return Bracket(proved.radius, found, ratio, least.delta, proved.correct, proved.target)
