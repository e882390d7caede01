"""Each image paired with the closest one of another class ([FC] §6)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import nn

from fcflow.config.fields import Count, NamedPairs, Text
from fcflow.data.imagenet import class_number
from fcflow.errors import InputError
from fcflow.experiments.images.entries import pair_maker
from fcflow.experiments.images.pair import Paired

_KEY = "pairs"


@pair_maker("nearest")
def nearest(
    answers: pd.DataFrame,
    pixels: NDArray[np.uint8],
    classes: pd.DataFrame,
    model: nn.Module,
    *,
    device: str,
    max_pairs: Count,
    sources: list[Text] = (),  # type: ignore[assignment]
    targets: list[Text] = (),  # type: ignore[assignment]
    named: NamedPairs = (),  # type: ignore[assignment]
) -> Paired:
    """Pair each correctly classified image with the closest (L2) correctly classified other one.

    Parameters
    ----------
    answers, classes : DataFrames
        As :data:`~fcflow.experiments.images.columns.ANSWERS` and ``CLASSES`` in that module.
    pixels : uint8 [images, c, h, w]
    model, device
        Not needed: what the model says is in the answers.
    max_pairs : int
        Those named come first, then others in the order of the images. Source: ours.
    sources, targets : lists of str
        Classes of x1 and of x2, each a number, a synset or one of the class's words; all where
        empty. Source: English springer and Afghan hound, [FC] §6, in ``imagenet-paper.yaml``.
    named : list of one or two names
        The pairs in the paper's tables and figures, by the names of the images' files without
        ending: x1, with its closest image, or with the image named second. The first ones where
        empty. A pair with an image that the network takes for something else is left out. Source:
        four and closest, [FC] §6.

    Returns
    -------
    Paired
        Its own column says whether x2 is the closest (1) or was asked for (0). Without rows where
        there are no two classes to pair.

    Raises
    ------
    InputError
        If a pair that is named holds an image that is not there, or is of one class.
    """
    correct = answers["correct"].to_numpy()
    of_classes = [
        _of_classes(answers["label"], names, classes, f"{_KEY}.{key}")
        for key, names in (("sources", sources), ("targets", targets))
    ]
    allowed = [correct & matching for matching in of_classes]
    partner, distance = _closest(answers["label"].to_numpy(), pixels, *allowed)
    asked = [_numbers(answers, names, partner) for names in named]
    first = [(x1, x2) for x1, x2 in asked if allowed[0][x1] and x2 >= 0 and allowed[1][x2]]
    others = [
        (int(i), int(partner[i]))
        for i in np.flatnonzero(partner >= 0)
        if i not in {x1 for x1, _ in first}
    ]
    pairs = np.array((first + others)[:max_pairs], dtype=np.int64).reshape(-1, 2)
    x1, x2 = pairs.T
    rows: dict[str, Any] = {
        "pair": np.arange(len(pairs)),
        "image1": x1,
        "image2": x2,
        "target": answers["label"].to_numpy()[x2],
        "distance": distance[x1, x2],
        "closest": (x2 == partner[x1]).astype(np.float64),
        "shown": np.arange(len(pairs)) < len(first) if named else True,
    }
    return Paired(pd.DataFrame(rows), pixels[x1], pixels[x2], of_classes[0])


def _of_classes(
    label: "pd.Series[int]", names: Sequence[str], classes: pd.DataFrame, key: str
) -> NDArray[np.bool_]:
    known = classes["synset"].tolist(), classes["description"].tolist()
    numbers = [class_number(name, *known, source=key) for name in names]
    return np.isin(label.to_numpy(), numbers) if numbers else np.ones(len(label), dtype=bool)


def _closest(
    label: NDArray[np.int64],
    pixels: NDArray[np.uint8],
    is_source: NDArray[np.bool_],
    is_target: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return each source's closest target of another class, or -1, and all distances [n, n]."""
    flat = pixels.reshape(len(pixels), -1).astype(np.int64)
    # Whole numbers, so that the distances are exact and ties are ties.
    square = np.array([((flat - one) ** 2).sum(axis=1) for one in flat])
    fits = is_source[:, None] & is_target & (label[:, None] != label)
    partner = np.where(fits, square, np.iinfo(np.int64).max).argmin(axis=1)
    return np.where(fits.any(axis=1), partner, -1), np.sqrt(square) / 255


def _numbers(
    images: pd.DataFrame, names: Sequence[str], partner: NDArray[np.int64]
) -> tuple[int, int]:
    """Return the rows of a named pair's images, the second -1 where there is no closest one."""
    where, known = f"{_KEY}.named", list(images["name"])
    for name in names:
        if name not in known:
            raise InputError(f"{where}: there is no image {name!r}; there are {', '.join(known)}")
    first = known.index(names[0])
    second = known.index(names[1]) if len(names) > 1 else int(partner[first])
    if len(names) > 1 and images["label"].iloc[first] == images["label"].iloc[second]:
        raise InputError(
            f"{where}: {' and '.join(names)} are of the same class; name two of different classes"
        )
    return first, second
