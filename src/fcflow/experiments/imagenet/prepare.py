"""Stage 1: the images, what the network says to them, and which of them make pairs."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn

from fcflow.data.imagenet import (
    LabelledImage,
    class_number,
    first_words,
    folder_images,
    read_pixels,
    shipped_images,
)
from fcflow.errors import InputError
from fcflow.experiments.imagenet.network import as_tensor
from fcflow.experiments.imagenet.schemas import PAIRS
from fcflow.gradients.batches import chunks
from fcflow.networks.checkpoints import sha256_of
from fcflow.networks.imagenet import ModelCard

_SHOWN = 4  # pairs in the paper's tables


def list_images(
    source: str, folders: Sequence[Mapping[str, Any]], card: ModelCard
) -> list[LabelledImage]:
    """Return the images that the configuration names.

    Raises
    ------
    InputError
        In one line that tells every folder's fault, and if two images have the same name.
    """
    if source == "shipped":
        return shipped_images()
    found = with_all_faults(*(partial(_folder, each, card) for each in folders))
    images = [image for folder in found for image in folder]
    names = [image.name for image in images]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"two images are named {repeated[0]}; rename one of them")
    return images


def _folder(each: Mapping[str, Any], card: ModelCard) -> list[LabelledImage]:
    labels = {"label": each["label"] or "", "labels": each["labels"] or ""}
    return folder_images(each["folder"], card.synsets, card.descriptions, **labels)


def with_all_faults(*steps: Callable[[], Any]) -> list[Any]:
    """Return the results of all steps, or raise one error with the faults of all of them.

    Raises
    ------
    InputError
        In one line.
    """
    results, faults = [], []
    for step in steps:
        try:
            results.append(step())
        except InputError as error:
            faults.append(str(error))
    if faults:
        raise InputError("; ".join(faults))
    return results


def describe_images(
    images: Sequence[LabelledImage],
    card: ModelCard,
    model: nn.Module,
    *,
    size: int,
    crop: float,
    batch: int,
    device: str,
) -> tuple[pd.DataFrame, NDArray[np.uint8]]:
    """Read the images and classify them.

    Returns
    -------
    rows : DataFrame
        One row an image, as :data:`~fcflow.experiments.imagenet.schemas.IMAGES`.
    pixels : uint8 [n, 3, size, size]
    """
    pixels = np.stack(
        [
            read_pixels(image.path, size=size, crop=crop, interpolation=card.interpolation)
            for image in images
        ]
    )
    with torch.no_grad():
        logits = torch.cat(
            [model(as_tensor(pixels[part], device)).cpu() for part in chunks(len(images), batch)]
        )
    label = torch.tensor([image.label for image in images])
    predicted = logits.argmax(dim=1)
    rows = {
        "image": np.arange(len(images)),
        "name": [image.name for image in images],
        "sha256": [sha256_of(image.path) for image in images],
        "label": label.numpy(),
        "synset": [card.synsets[image.label] for image in images],
        "description": [first_words(card.descriptions[image.label]) for image in images],
        "predicted": predicted.numpy(),
        "predicted_description": [
            first_words(card.descriptions[int(number)]) for number in predicted
        ],
        "correct": (predicted == label).numpy(),
        "probability": logits.double().softmax(dim=1).gather(1, label[:, None])[:, 0].numpy(),
        "classes": logits.shape[1],
    }
    return pd.DataFrame(rows), pixels


def choose_pairs(
    images: pd.DataFrame,
    pixels: NDArray[np.uint8],
    card: ModelCard,
    *,
    sources: Sequence[str] = (),
    targets: Sequence[str] = (),
    shown_pairs: Sequence[Sequence[str]] = (),
    max_pairs: int,
) -> pd.DataFrame:
    """Pair each correctly classified image with the closest (L2) correctly classified one of another class.

    Parameters
    ----------
    images, pixels
        What :func:`describe_images` returns.
    card : ModelCard
    sources, targets : sequences of str
        Classes of x1 and of x2; all where empty.
    shown_pairs : sequence of one or two names
        The pairs in the tables: x1, with its closest image or with the image named second. The
        first four where empty. A pair with an image that the network takes for something else is
        left out.
    max_pairs : int
        Those shown come first, then others in the order of the images.

    Returns
    -------
    DataFrame
        As :data:`~fcflow.experiments.imagenet.schemas.PAIRS`; without rows where there are no two
        classes to pair.

    Raises
    ------
    InputError
        If a pair to be shown names an image that is not there, or is of one class.
    """
    allowed = [
        images["correct"].to_numpy() & _of_classes(images["label"], names, card, f"imagenet.{key}")
        for key, names in (("sources", sources), ("targets", targets))
    ]
    partner, distance = _closest(images["label"].to_numpy(), pixels, *allowed)
    numbers = [_numbers(images, names, partner) for names in shown_pairs]
    named = [(x1, x2) for x1, x2 in numbers if allowed[0][x1] and x2 >= 0 and allowed[1][x2]]
    others = [
        (int(i), int(partner[i]))
        for i in np.flatnonzero(partner >= 0)
        if i not in {x1 for x1, _ in named}
    ]
    chosen = (named + others)[:max_pairs]
    shown = min(len(named) if shown_pairs else _SHOWN, len(chosen))
    rows = []
    for number, (x1, x2) in enumerate(chosen):
        length = float(distance[x1, x2])
        row: dict[str, Any] = {"pair": number, "image1": x1, "image2": x2}
        for side, image in (("1", images.iloc[x1]), ("2", images.iloc[x2])):
            row |= {f"name{side}": image["name"], f"class{side}": image["description"]}
        row |= {"source": images["label"].iloc[x1], "target": images["label"].iloc[x2]}
        row |= {"distance": length, "half_distance": length / 2, "closest": bool(x2 == partner[x1])}
        rows.append(row | {"place": number + 1 if number < shown else 0})
    if not rows:
        return pd.DataFrame(
            {
                name: pd.Series(dtype=column.dtype.type)
                for name, column in PAIRS.frame.columns.items()
            }
        )
    return pd.DataFrame(rows)[list(PAIRS.frame.columns)]


def _of_classes(
    label: pd.Series, names: Sequence[str], card: ModelCard, key: str
) -> NDArray[np.bool_]:
    numbers = [class_number(name, card.synsets, card.descriptions, source=key) for name in names]
    return np.isin(label.to_numpy(), numbers) if numbers else np.ones(len(label), dtype=bool)


def _closest(
    label: NDArray[np.int64],
    pixels: NDArray[np.uint8],
    is_source: NDArray[np.bool_],
    is_target: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return each source's closest target of another class, -1 where there is none, and all distances [n, n]."""
    flat = pixels.reshape(len(pixels), -1).astype(np.int64)
    # Whole numbers, so that the distances are exact and ties are ties.
    square = np.array([((flat - one) ** 2).sum(axis=1) for one in flat])
    fits = is_source[:, None] & is_target & (label[:, None] != label)
    partner = np.where(fits, square, np.iinfo(np.int64).max).argmin(axis=1)
    return np.where(fits.any(axis=1), partner, -1), np.sqrt(square) / 255


def _numbers(
    images: pd.DataFrame, names: Sequence[str], partner: NDArray[np.int64]
) -> tuple[int, int]:
    """Return the numbers of the images of a pair to be shown, the second -1 where the first has no closest one."""
    where, known = "imagenet.shown_pairs", list(images["name"])
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
