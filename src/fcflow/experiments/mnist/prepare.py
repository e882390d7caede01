"""Stage 1: read the digits and draw which ones are trained on and tested on."""

import hashlib

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.data.mnist import Source, read_digits, split_digits
from fcflow.seeds import run_seed


def prepare_digits(
    *, source: Source, folder: str = "", train_images: int, test_images: int, seed: int
) -> tuple[pd.DataFrame, NDArray[np.uint8]]:
    """Return the images that are used, their labels and what each is for.

    Returns
    -------
    images : DataFrame
        One row an image, as :data:`~fcflow.experiments.mnist.schemas.IMAGES`; ``image`` is its
        number in the source.
    pixels : uint8 [images, 28, 28]
        In the same order.

    Raises
    ------
    FcflowError
        If the source's files are missing, or hold fewer images than asked for.
    """
    digits = read_digits(source, folder)
    parts = split_digits(
        digits, train=train_images, test=test_images, seed=run_seed(seed, "mnist", "split")
    )
    used = np.flatnonzero(parts != "unused")
    pixels = digits.pixels[used]
    images = pd.DataFrame(
        {
            "image": used,
            "label": digits.labels[used],
            "part": parts[used].astype(object),
            "sha256": [hashlib.sha256(image.tobytes()).hexdigest() for image in pixels],
        }
    )
    return images.astype({"part": "str", "sha256": "str"}), pixels
