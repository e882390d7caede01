"""A model in float64, where it allows that."""

import torch
from torch import Tensor, nn

from fcflow.models.copies import float64_copy
from fcflow.models.prepared import Searched


def in_float64(model: nn.Module, x: Tensor) -> nn.Module:
    """Return a float64 copy of the model, or the model where it is float64 or insists on less.

    Examples
    --------
    >>> next(in_float64(nn.Linear(2, 3), torch.zeros(1, 2)).parameters()).dtype
    torch.float64
    """
    if x.dtype == torch.float64:
        return model
    if isinstance(model, Searched):
        return model.in_float64(x)
    exact, _ = float64_copy(model, x)
    return model if exact is None else exact
