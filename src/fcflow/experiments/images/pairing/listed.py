"""Pairs that a file lists."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import nn

from fcflow.config.fields import Count, Text
from fcflow.errors import InputError
from fcflow.experiments.images.entries import pair_maker
from fcflow.experiments.images.pair import Paired
from fcflow.experiments.images.pairing.rows import paired
from fcflow.pairs.listed import listed_pairs


@pair_maker("listed")
def listed(
    answers: pd.DataFrame,
    pixels: NDArray[Any],
    classes: pd.DataFrame,
    model: nn.Module,
    *,
    device: str,
    file: Text,
    max_pairs: Count | None = None,
) -> Paired:
    """Pair images as a comma-separated file says.

    Parameters
    ----------
    answers, pixels, classes, model, device
        See :func:`~fcflow.experiments.images.pairing.nearest.nearest`.
    file : str
        With the columns ``x1`` and ``x2``, names of images. A pair with an image that is not
        classified correctly is left out.
    max_pairs : int or None
        The most pairs, the first of those; None for all.

    Raises
    ------
    InputError
        If the file is missing or malformed, names an image that is not there, or pairs two of one
        class.
    """
    pairs = listed_pairs(file, answers["name"].tolist())
    labels, correct = answers["label"].to_numpy(), answers["correct"].to_numpy()
    same = labels[pairs[:, 0]] == labels[pairs[:, 1]]
    if same.any():
        names = answers["name"].to_numpy()[pairs[same][0]]
        raise InputError(f"{file}: {' and '.join(names)} are of the same class")
    candidates = np.isin(np.arange(len(labels)), pairs[:, 0])
    return paired(answers, pixels, pairs[correct[pairs].all(axis=1)][:max_pairs], candidates)
