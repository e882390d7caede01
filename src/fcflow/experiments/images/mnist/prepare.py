"""The digits, and which ones are trained on and tested on."""

import hashlib

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.data.mnist import Source, read_digits
from fcflow.data.split import split_images
from fcflow.experiments.images.columns import CLASSES, IMAGES, PIXELS
from fcflow.seeds import run_seed
from fcflow.steps import step


@step(writes={"images": IMAGES, "classes": CLASSES, "pixels": PIXELS})
def prepare_digits(
    *, source: Source, folder: str, train_images: int, test_images: int, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, NDArray[np.uint8]]]:
    """Return the images that are used, their labels and what each is for.

    Returns
    -------
    images, classes : DataFrames
        As :data:`~fcflow.experiments.images.columns.IMAGES` and ``CLASSES`` there; ``image`` is an
        image's number in the source.
    arrays : dict
        ``pixels``, uint8 [images, 1, 28, 28], in the same order.

    Raises
    ------
    FcflowError
        If the source's files are missing, or hold fewer images than asked for.
    """
    digits = read_digits(source, folder)
    parts = split_images(
        digits, train=train_images, test=test_images, seed=run_seed(seed, "mnist", "split")
    )
    used = np.flatnonzero(parts != "unused")
    pixels = digits.pixels[used]
    images = {
        "image": used,
        "name": [f"image {number}" for number in used],
        "label": digits.labels[used],
        "part": parts[used],
        "sha256": [hashlib.sha256(image.tobytes()).hexdigest() for image in pixels],
    }
    names = [str(digit) for digit in range(10)]
    classes = {"label": range(10), "name": names, "description": names, "synset": ""}
    return (
        IMAGES.table(pd.DataFrame(images)),
        CLASSES.table(pd.DataFrame(classes)),
        {"pixels": pixels[:, None]},
    )
