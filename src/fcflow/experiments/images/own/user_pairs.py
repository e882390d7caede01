"""Pairs that a function in a user's file makes."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import nn

from fcflow.errors import InputError
from fcflow.experiments.images.pair import Paired
from fcflow.experiments.images.pairing.rows import paired
from fcflow.user_functions import call_user_function, user_entry

_PIXEL = 255


def user_pairs(
    name: str,
    answers: pd.DataFrame,
    pixels: NDArray[Any],
    classes: pd.DataFrame,
    model: nn.Module,
    *,
    device: str,
    max_pairs: int | None = None,
    **own: Any,
) -> Paired:
    """Call ``function(inputs, labels, predicted, **own)``, which returns pairs of rows.

    Parameters
    ----------
    name : str
        ``path/file.py:function``. It is given the inputs as the model takes them, float32 [n, ...],
        their labels and what the model predicts, int64 [n]; it returns row numbers [pairs, 2] of
        inputs of different classes.
    answers, pixels, classes, model, device
        As every pair maker is given.
    max_pairs : int or None
        The most pairs, the first ones; handed on where the function has a parameter of that name.
    **own
        The function's keyword-only parameters.

    Raises
    ------
    InputError
        If the function raises, or returns something else. Pairs with an input that is not
        classified correctly are left out.
    """
    if max_pairs is not None and max_pairs < 1:
        raise InputError(f"pairs.max_pairs: must be ≥ 1, got {max_pairs}")
    if max_pairs is not None and "max_pairs" in user_entry(name).keywords:
        own["max_pairs"] = max_pairs
    labels, predicted = (answers[column].to_numpy() for column in ("label", "predicted"))
    unit = np.float32(_PIXEL if pixels.dtype == np.uint8 else 1)
    returned = call_user_function(name, pixels / unit, labels.copy(), predicted.copy(), **own)
    pairs = _checked(returned, labels, name)
    correct = answers["correct"].to_numpy()
    candidates = np.isin(np.arange(len(labels)), pairs[:, 0])
    return paired(answers, pixels, pairs[correct[pairs].all(axis=1)][:max_pairs], candidates)


def _checked(returned: Any, labels: NDArray[np.int64], name: str) -> NDArray[np.int64]:
    try:
        pairs = np.asarray(returned if len(returned) else np.zeros((0, 2)))
        numbers = pairs.astype(np.int64)
        fits = numbers.ndim == 2 and numbers.shape[1] == 2 and bool((numbers == pairs).all())
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise InputError(f"{name} must return row numbers [pairs, 2], got {str(returned)[:60]}")
    outside = (numbers < 0) | (numbers >= len(labels))
    if outside.any():
        raise InputError(
            f"{name} returned row {numbers[outside][0]}; there are rows 0 to {len(labels) - 1}"
        )
    same = labels[numbers[:, 0]] == labels[numbers[:, 1]]
    if same.any():
        first, second = numbers[same][0]
        raise InputError(f"{name} paired rows {first} and {second}, which are of the same class")
    return numbers
