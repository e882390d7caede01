"""Each image paired with the closest one of another class ([FC] §6)."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import nn

from fcflow.config.fields import Count, NamedPairs, Text
from fcflow.data.imagenet import class_number
from fcflow.errors import InputError
from fcflow.experiments.images.entries import pair_maker
from fcflow.experiments.images.pair import Paired
from fcflow.experiments.images.pairing.rows import paired
from fcflow.pairs.nearest import closest

_KEY = "pairs"


@pair_maker("nearest")
def nearest(
    answers: pd.DataFrame,
    pixels: NDArray[np.uint8],
    classes: pd.DataFrame,
    model: nn.Module,
    *,
    device: str,
    max_pairs: Count = 100,
    sources: list[Text] = (),  # type: ignore[assignment]
    targets: list[Text] = (),  # type: ignore[assignment]
    named: NamedPairs = (),  # type: ignore[assignment]
) -> Paired:
    """Pair each correctly classified image with the closest (L2) correctly classified other one.

    Parameters
    ----------
    answers, classes : DataFrames
        As :data:`~fcflow.experiments.images.columns.ANSWERS` and ``CLASSES`` in that module.
    pixels : uint8 [images, c, h, w], or float32 [images, ...]
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
    label = answers["label"].to_numpy()
    of_classes = [
        _of_classes(answers["label"], names, classes, f"{_KEY}.{key}")
        for key, names in (("sources", sources), ("targets", targets))
    ]
    is_source, is_target = (correct & matching for matching in of_classes)
    first = [_number(answers, names[0]) for names in named]
    # Of all others only as many as there can be pairs: the first ones that have a partner.
    others = np.setdiff1d(np.flatnonzero(is_source), first)
    others = others[_has_other(label[others], label[is_target])][:max_pairs]
    rows1 = np.array([*first, *others], dtype=np.int64)
    partner, _ = closest(pixels, label, rows1, np.flatnonzero(is_target))
    partner[~is_source[rows1]] = -1
    nearest_to = dict(zip(rows1.tolist(), partner.tolist(), strict=True))
    asked = [_pair(answers, names, nearest_to) for names in named]
    chosen = [(x1, x2) for x1, x2 in asked if is_source[x1] and x2 >= 0 and is_target[x2]]
    # What is asked for with a second image that it may not have is paired with its closest.
    left = [row for row in np.flatnonzero(is_source) if row in nearest_to and nearest_to[row] >= 0]
    more = [(int(row), nearest_to[row]) for row in left if row not in {x1 for x1, _ in chosen}]
    pairs = np.array((chosen + more)[:max_pairs], dtype=np.int64).reshape(-1, 2)
    x1, x2 = pairs.T
    return paired(
        answers,
        pixels,
        pairs,
        of_classes[0],
        closest=np.array([nearest_to[row] for row in x1.tolist()]) == x2,
        shown=np.arange(len(pairs)) < len(chosen) if named else None,
    )


def _of_classes(
    label: "pd.Series[int]", names: Sequence[str], classes: pd.DataFrame, key: str
) -> NDArray[np.bool_]:
    known = classes["synset"].tolist(), classes["description"].tolist()
    numbers = [class_number(name, *known, source=key) for name in names]
    return np.isin(label.to_numpy(), numbers) if numbers else np.ones(len(label), dtype=bool)


def _has_other(labels: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which labels have a target of another class."""
    known = np.unique(targets)
    return np.full(len(labels), len(known) > 1) | ~np.isin(labels, known) & (len(known) > 0)


def _number(images: pd.DataFrame, name: str) -> int:
    known = list(images["name"])
    if name not in known:
        raise InputError(f"{_KEY}.named: there is no image {name!r}; there are {', '.join(known)}")
    return known.index(name)


def _pair(
    images: pd.DataFrame, names: Sequence[str], nearest_to: Mapping[int, int]
) -> tuple[int, int]:
    """Return the rows of a named pair's images, the second -1 where there is no closest one."""
    first = _number(images, names[0])
    if len(names) == 1:
        return first, nearest_to[first]
    second = _number(images, names[1])
    if images["label"].iloc[first] == images["label"].iloc[second]:
        raise InputError(
            f"{_KEY}.named: {' and '.join(names)} are of the same class; name two of different"
            " classes"
        )
    return first, second
