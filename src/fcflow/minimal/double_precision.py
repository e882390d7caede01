"""A model in float64, where it allows that."""

import copy

import torch
from torch import Tensor, nn


def in_float64(model: nn.Module, x: Tensor) -> nn.Module:
    """Return a float64 copy of the model, or the model where it is float64 or insists on less.

    Examples
    --------
    >>> next(in_float64(nn.Linear(2, 3), torch.zeros(1, 2)).parameters()).dtype
    torch.float64
    """
    if x.dtype == torch.float64:
        return model
    exact = copy.deepcopy(model).double()
    try:
        with torch.no_grad():
            logits = exact(x.double())
    except RuntimeError:
        return model
    return exact if logits.dtype == torch.float64 else model
