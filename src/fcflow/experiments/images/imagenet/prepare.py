"""The images, their pixels and the classes that the network knows."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.data.imagenet import (
    LabelledImage,
    first_words,
    folder_images,
    read_pixels,
    shipped_images,
)
from fcflow.errors import InputError
from fcflow.experiments.images.columns import CLASSES, IMAGES, PIXELS
from fcflow.networks.checkpoints import sha256_of
from fcflow.networks.imagenet import ModelCard, load_classifier, model_card
from fcflow.steps import step


@step(writes={"images": IMAGES, "classes": CLASSES, "pixels": PIXELS})
def prepare_images(
    *,
    classifier: dict[str, Any],
    image_size: int,
    crop: float,
    images: str,
    folders: Sequence[Mapping[str, Any]],
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, NDArray[np.uint8]]]:
    """Read the images as the network is to see them.

    Returns
    -------
    images, classes : DataFrames
        As :data:`~fcflow.experiments.images.columns.IMAGES` and ``CLASSES`` there.
    arrays : dict
        ``pixels``, uint8 [n, 3, image_size, image_size].

    Raises
    ------
    InputError
        In one line that tells every fault of the folders and of the network's weights.
    """
    card = model_card(classifier["model"])
    # The network is looked at too: what is missing is told at once, before anything is computed.
    options = {"sha256": classifier["weights_sha256"], "device": "cpu"}
    listed, _ = with_all_faults(
        partial(list_images, images, folders, card),
        partial(load_classifier, card, classifier["weights"], **options),
    )
    rows = {
        "image": range(len(listed)),
        "name": [image.name for image in listed],
        "label": [image.label for image in listed],
        "part": "test",
        "sha256": [sha256_of(image.path) for image in listed],
    }
    classes = {
        "label": range(len(card.synsets)),
        "name": [first_words(text) for text in card.descriptions],
        "description": card.descriptions,
        "synset": card.synsets,
    }
    pixels = [
        read_pixels(one.path, size=image_size, crop=crop, interpolation=card.interpolation)
        for one in listed
    ]
    return (
        IMAGES.table(pd.DataFrame(rows)),
        CLASSES.table(pd.DataFrame(classes)),
        {"pixels": np.stack(pixels)},
    )


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
    read = with_all_faults(*(partial(_folder, folder, card) for folder in folders))
    images = [image for images in read for image in images]
    names = [image.name for image in images]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"two images are named {repeated[0]}; rename one of them")
    return images


def _folder(folder: Mapping[str, Any], card: ModelCard) -> list[LabelledImage]:
    labels = {"label": folder["label"] or "", "labels": folder["labels"] or ""}
    return folder_images(folder["folder"], card.synsets, card.descriptions, **labels)


def with_all_faults(*readings: Callable[[], Any]) -> list[Any]:
    """Return the results of all readings, or raise one error with the faults of all of them.

    Raises
    ------
    InputError
        In one line.
    """
    results, faults = [], []
    for reading in readings:
        try:
            results.append(reading())
        except InputError as error:
            faults.append(str(error))
    if faults:
        raise InputError("; ".join(faults))
    return results
