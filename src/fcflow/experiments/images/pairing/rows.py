"""Pairs of inputs as a pair maker returns them."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.experiments.images.pair import Paired

_PIXEL = 255  # uint8 stands for numbers from 0 to 1


def paired(
    answers: pd.DataFrame,
    inputs: NDArray[Any],
    pairs: NDArray[np.int64],
    candidates: NDArray[np.bool_],
    *,
    closest: NDArray[np.bool_] | None = None,
    shown: NDArray[np.bool_] | None = None,
) -> Paired:
    """Return pairs of rows with their distances and classes.

    Parameters
    ----------
    answers : DataFrame
        As :data:`~fcflow.experiments.images.columns.ANSWERS`.
    inputs : uint8 or float32 [images, ...]
    pairs : int64 [pairs, 2]
    candidates : bool [images]
        The inputs that a pair could begin with.
    closest : bool [pairs], optional
        Whether x2 is the closest; where it is known, it is a column of the pairs.
    shown : bool [pairs], optional
        Which may be in tables and figures; by default all.
    """
    x1, x2 = pairs.T
    change = inputs[x1].astype(np.float64) - inputs[x2]
    axes = tuple(range(1, change.ndim))
    square = (change**2).sum(axis=axes)  # of uint8: of whole numbers, exact
    unit = _PIXEL if inputs.dtype == np.uint8 else 1
    own: dict[str, Any] = {} if closest is None else {"closest": closest.astype(np.float64)}
    rows: dict[str, Any] = {
        "pair": np.arange(len(pairs)),
        "image1": x1,
        "image2": x2,
        "target": answers["label"].to_numpy()[x2],
        "distance": np.sqrt(square) / unit,
        **own,
        "shown": True if shown is None else shown,
    }
    return Paired(pd.DataFrame(rows), inputs[x1], inputs[x2], candidates)
