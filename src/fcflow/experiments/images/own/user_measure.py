"""A quantity of every pair that a function in a user's file measures."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from fcflow.attacks.others.counted import Kept, lent
from fcflow.compression.path import PathCompression
from fcflow.errors import InputError
from fcflow.user_functions import call_user_function


def user_measure(
    name: str,
    model: nn.Module,
    x1: Tensor,
    x2: Tensor,
    source: Tensor,
    target: Tensor,
    path: PathCompression,
    *,
    batch: int,
) -> dict[str, Tensor]:
    """Call ``function(model, x1, x2, source, target)``, which returns one number a pair.

    Parameters
    ----------
    name : str
        ``path/file.py:function``. It returns [n] numbers, which become a column of its name, or a
        dict of several; NaN where there is none.
    model, x1, x2, source, target
        The model in evaluation mode, float32 [n, ...] and int64 [n].
    path, batch
        Not handed on.

    Returns
    -------
    dict
        Columns to float64 [n].

    Raises
    ------
    InputError
        If the function raises, returns something else, or changes the model, whose tensors are put
        back.
    """
    ends = [one.clone() for one in (x1, x2, source, target)]
    kept = Kept(model)
    try:
        with lent(model, x1.device):
            returned = call_user_function(name, model, *ends)
    finally:
        changed = kept.put_back()
    if changed:
        raise InputError(f"{name} changed the model's {changed[0]}; a measure must leave it alone")
    function = name.rpartition(":")[2]
    columns = returned if isinstance(returned, Mapping) else {function: returned}
    return {str(column): _column(value, len(x1), name) for column, value in columns.items()}


def _column(value: Any, n: int, name: str) -> Tensor:
    try:
        numbers = (
            value.detach().cpu()
            if isinstance(value, Tensor)
            else torch.as_tensor(np.asarray(value, dtype=np.float64))
        )
        column = numbers.to(torch.float64)
    except (TypeError, ValueError, RuntimeError):
        column = torch.zeros(0)
    if column.shape != (n,):
        got = list(column.shape) if column.numel() else type(value).__name__
        raise InputError(f"{name} must return {n} numbers, one for each pair, got {got}")
    return column.where(column.isfinite(), torch.nan)
