"""Images in one folder a class, the layout of torchvision's ``ImageFolder``."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fcflow.data.image_files import ENDINGS, images_in, open_image
from fcflow.data.labelled import LabelledImages
from fcflow.errors import InputError

_PARTS = ("test", "train")
_NOT_CLASSES = (".", "__")  # .ipynb_checkpoints, __MACOSX
_MODES = ("L", "RGB")  # grey; red, green and blue


def read_class_folders(folder: str | Path) -> LabelledImages:
    """Return the images of a folder that holds a folder for each class.

    Where it holds the two folders ``train`` and ``test``, which hold the classes, the images in
    ``test`` are never trained on, and the others never tested on. A folder whose name begins with
    ``.`` or ``__`` is none of a class.

    Parameters
    ----------
    folder : path

    Returns
    -------
    LabelledImages
        In the order of their paths, which are their names. Nothing but the names of files has been
        read.

    Raises
    ------
    InputError
        If a folder is missing or has no image, or if there are fewer than two classes.
    """
    place = Path(folder)
    if not place.is_dir():
        raise InputError(f"{place}: is missing; make this folder, with a folder of images a class")
    split = [path.name for path in _folders(place)] == [*_PARTS]
    tops = [place / part for part in _PARTS] if split else [place]
    classes = _classes(tops)

    paths: list[Path] = []
    labels: list[int] = []
    for top in tops:
        for number, name in enumerate(classes):
            files = _images(top / name)
            paths += files
            labels += [number] * len(files)
    names = [path.relative_to(place).as_posix() for path in paths]
    test = np.array([not split or name.startswith("test/") for name in names])
    train = np.array([not split or name.startswith("train/") for name in names])
    return LabelledImages(
        names, np.array(labels), classes, test, train, lambda number: read_pixels(paths[number])
    )


def read_pixels(path: str | Path) -> NDArray[np.uint8]:
    """Return an image's pixels, uint8 [channels, height, width], grey or red, green and blue.

    Raises
    ------
    InputError
        If the file cannot be read as an image, or has other channels.
    """
    image = open_image(path)
    if image.mode not in _MODES:
        raise InputError(
            f"{path}: is neither grey nor in red, green and blue but {image.mode}; convert it or"
            " take it out"
        )
    pixels = np.asarray(image, dtype=np.uint8)
    return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


def _folders(place: Path) -> list[Path]:
    """Return the folders of a folder, without those that programs put there by themselves."""
    every = sorted(path for path in place.iterdir() if path.is_dir())
    return [path for path in every if not path.name.startswith(_NOT_CLASSES)]


def _classes(tops: Sequence[Path]) -> list[str]:
    """Return the names of the classes, which every folder has to hold."""
    held = [[path.name for path in _folders(top)] for top in tops]
    names = sorted({name for one in held for name in one})
    if len(names) < 2:
        one = f"the one class {names[0]}" if names else "no folder of a class"
        raise InputError(f"{tops[0]}: holds {one}; put a folder of images into it for two or more")
    return names


def _images(folder: Path) -> list[Path]:
    files = images_in(folder) if folder.is_dir() else []
    if not files:
        state = "holds no image" if folder.is_dir() else "is missing"
        raise InputError(
            f"{folder}: {state}; put files into it that end with {', '.join(sorted(ENDINGS))}"
        )
    return files
