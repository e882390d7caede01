"""The classes of each point: those that were named, or those that the model finds likeliest."""

import torch
from torch import Tensor

from fcflow.errors import InputError
from fcflow.gradients.checks import check_classes, check_range


def answers(logits: Tensor) -> Tensor:
    """Return the class of the largest logit, int64 [n]; any class where there are no numbers."""
    return logits.nan_to_num(nan=-torch.inf).argmax(dim=1)


def runners_up(logits: Tensor, source: Tensor) -> Tensor:
    """Return the likeliest class other than the source, int64 [n].

    Examples
    --------
    >>> runners_up(torch.tensor([[3.0, 1.0, 2.0]]), torch.tensor([0]))
    tensor([2])
    """
    return answers(logits.scatter(1, source[:, None], torch.nan))


def named_pair(
    source: int | Tensor | None, target: int | Tensor | None, logits: Tensor
) -> tuple[Tensor, Tensor | None]:
    """Return the source, by default the model's answer, and the target if there is one, int64 [n].

    Parameters
    ----------
    source, target : int, integer tensor [n] or None
    logits : floating point [n, k]
        The model's; rows without numbers may have any classes.

    Raises
    ------
    InputError
        If one is no class of the model, or both are the same class.

    Examples
    --------
    >>> named_pair(None, 0, torch.tensor([[1.0, 2.0]]))
    (tensor([1]), tensor([0]))
    """
    own = answers(logits) if source is None else check_classes("source", source, logits)
    other = None if target is None else check_classes("target", target, logits)
    if len(logits) == 0:
        return own, other
    if other is None:
        check_range("source", own, logits.shape[1])
        return own, None
    check_range("source and target", torch.stack([own, other]), logits.shape[1])
    if bool((own == other)[logits.isfinite().all(dim=1)].any()):
        raise InputError(
            "source and target must be different classes"
            + (": the target is the model's answer at x" if source is None else "")
        )
    return own, other
