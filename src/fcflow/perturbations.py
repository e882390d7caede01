"""Perturbations of points, whichever search or attack they come from."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Perturbation:
    """What was found for each of n points.

    Attributes
    ----------
    delta : like x
        The perturbation; zero where nothing was found, or where x is misclassified already.
    norm : float64 [n]
        ‖delta‖; infinite where nothing was found.
    success : bool [n]
        Whether the model itself, in its own dtype, meets what was asked for at x + delta: for least
        perturbations, that another class's logit exceeds the source's.
    n_forward, n_backward : int64 [n]
        How often the model was evaluated at, and differentiated at, points belonging to x.
    """

    delta: Tensor
    norm: Tensor
    success: Tensor
    n_forward: Tensor
    n_backward: Tensor


def reasons(found: Perturbation) -> tuple[str, ...]:
    """Return why each point has no perturbation; nothing where it has one.

    Examples
    --------
    >>> import torch
    >>> none, count = torch.zeros(1, 2), torch.tensor([1])
    >>> reasons(Perturbation(none, torch.tensor([torch.inf]), torch.tensor([False]), count, count))
    ('no perturbation was found',)
    """
    told: tuple[str, ...] = getattr(found, "reason", ("",) * len(found.norm))
    return tuple(
        "" if good else reason or "no perturbation was found"
        for good, reason in zip(found.success.tolist(), told, strict=True)
    )
