"""Images of one class, each paired with the closest one of another class that is named."""

from typing import Any

import pandas as pd
from numpy.typing import NDArray
from torch import nn

from fcflow.config.fields import Count, Text
from fcflow.errors import InputError
from fcflow.experiments.images.entries import pair_maker
from fcflow.experiments.images.pair import Paired
from fcflow.experiments.images.pairing.nearest import nearest


@pair_maker("classes")
def classes(
    answers: pd.DataFrame,
    pixels: NDArray[Any],
    classes: pd.DataFrame,
    model: nn.Module,
    *,
    device: str,
    source: Text,
    target: Text,
    max_pairs: Count = 100,
) -> Paired:
    """Pair each correctly classified image of one class with the closest of another.

    Parameters
    ----------
    answers, pixels, classes, model, device
        See :func:`~fcflow.experiments.images.pairing.nearest.nearest`.
    source, target : str
        The classes of x1 and of x2.
    max_pairs : int
        The most pairs.

    Raises
    ------
    InputError
        If there is no such class, or both are the same.
    """
    if source == target:
        raise InputError(f"pairs: source and target must differ, both are {source}")
    options: dict[str, Any] = {"sources": [source], "targets": [target], "max_pairs": max_pairs}
    return nearest(answers, pixels, classes, model, device=device, **options)
