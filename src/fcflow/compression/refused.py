"""Points that cannot be measured: told, without losing the others."""

import warnings

from torch import Tensor

from fcflow.errors import InputError, InputWarning


def tell_refused(refused: Tensor, what: str) -> None:
    """Warn that points, bool [n], have no result; refuse them if they are all there are.

    Examples
    --------
    >>> import torch
    >>> tell_refused(torch.tensor([True]), "the model's gradient is not finite")
    Traceback (most recent call last):
    fcflow.errors.InputError: the model's gradient is not finite at any point
    """
    count = int(refused.sum())
    if count == 0:
        return
    if count == len(refused):
        raise InputError(f"{what} at any point")
    warnings.warn(
        f"{what} at {count} of {len(refused)} points, the first of them row"
        f" {int(refused.int().argmax())}: their results are NaN",
        InputWarning,
        stacklevel=4,
    )


def tell_head(headed: bool) -> None:
    """Warn that what is measured are outputs of a softmax or alike, and not the logits."""
    if headed:
        warnings.warn(
            "model ends in a softmax or another function of its logits: what is measured is the gap"
            " of its outputs; pass the model without it for that of the logits",
            InputWarning,
            stacklevel=4,
        )
