"""The digits, and which ones are trained on."""

import hashlib

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from fcflow.experiments.images.columns import CLASSES, IMAGES, PIXELS
from fcflow.steps import step


@step(writes={"images": IMAGES, "classes": CLASSES, "pixels": PIXELS})
def prepare_digits8(
    *, train_images: int
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, NDArray[np.uint8]]]:
    """Return the digits, their classes, and their pixels, uint8 [images, 1, 8, 8]."""
    digits = load_digits()
    pixels = np.round(digits.images * (255 / 16)).astype(np.uint8)
    number = np.arange(len(pixels))
    images = {
        "image": number,
        "name": [f"digit {i}" for i in number],
        "label": digits.target,
        "part": np.where(number < train_images, "train", "test"),
        "sha256": [hashlib.sha256(image.tobytes()).hexdigest() for image in pixels],
    }
    names = [str(digit) for digit in range(10)]
    classes = {"label": range(10), "name": names, "description": names, "synset": ""}
    return (
        IMAGES.table(pd.DataFrame(images)),
        CLASSES.table(pd.DataFrame(classes)),
        {"pixels": pixels[:, None]},
    )
