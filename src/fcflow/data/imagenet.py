"""Labelled images from files, as pixels ([FC] §6)."""

import csv
import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fcflow.data.image_files import ENDINGS, images_in, open_image
from fcflow.errors import InputError
from fcflow.extras import paper_extra

with paper_extra():
    from PIL import Image

_RESAMPLING = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


@dataclass(frozen=True)
class LabelledImage:
    """An image's file, its name (the file's name without its ending) and its class's number."""

    path: Path
    name: str
    label: int


def shipped_images() -> list[LabelledImage]:
    """Return the 20 ImageNet images that Foolbox ships.

    Raises
    ------
    InputError
        If Foolbox is not installed.

    Examples
    --------
    >>> len(shipped_images()), shipped_images()[0].label
    (20, 243)
    """
    package = find_spec("foolbox")
    if package is None or not package.submodule_search_locations:
        raise InputError(
            'Foolbox, which has the images, is not installed: pip install "fcflow[paper]", or name'
            " folders of images"
        )
    folder = Path(package.submodule_search_locations[0]) / "data"
    files = sorted(folder.glob("imagenet_*.jpg"))  # named imagenet_<number>_<class>.jpg
    return [LabelledImage(file, file.stem, int(file.stem.rpartition("_")[2])) for file in files]


def folder_images(
    folder: str | Path,
    synsets: Sequence[str],
    descriptions: Sequence[str],
    *,
    label: str = "",
    labels: str = "",
) -> list[LabelledImage]:
    """Return the images of a folder, in the order of their names.

    They are all of one class, or their classes are given by a file in the folder.

    Parameters
    ----------
    folder : path
        Holds the images.
    synsets, descriptions : sequences of str
        The model's classes.
    label : str
        The class of all images in the folder: its number, its synset or one of its words, such as
        "Afghan hound".
    labels : str
        Instead of ``label``: the name of a comma-separated file in the folder, with the columns
        ``file`` and ``class``.

    Raises
    ------
    InputError
        If the folder is missing or has no images; if the file of labels is missing, malformed or
        names an image that is not there; or if a class is not one of the model's.
    """
    place = Path(folder)
    if not place.is_dir():
        raise InputError(
            f"{place}: is missing; make this folder and put images "
            f"({label or 'with labels'}) into it"
        )

    if labels:
        classes = _read_labels(place / labels)
    else:
        classes = {file.name: label for file in images_in(place)}
    if not classes:
        endings = ", ".join(sorted(ENDINGS))
        raise InputError(f"{place}: holds no image; put files into it that end with {endings}")
    missing = [name for name in classes if not (place / name).is_file()]
    if missing:
        raise InputError(f"{place / labels}: names {missing[0]}, which is not in the folder")

    source = place / labels if labels else place
    numbers = {
        name: class_number(name, synsets, descriptions, source=source)
        for name in sorted(set(classes.values()))
    }
    return [
        LabelledImage(place / file, Path(file).stem, numbers[name])
        for file, name in sorted(classes.items())
    ]


def _read_labels(path: Path) -> dict[str, str]:
    if not path.is_file():
        raise InputError(
            f"{path}: is missing; write it with the columns file and class, one line an image"
        )
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read as comma-separated text: {error}") from None
    if any(not row.get("file") or not row.get("class") for row in rows) or not rows:
        raise InputError(
            f"{path}: must have the columns file and class, both filled in on every line"
        )
    return {row["file"]: row["class"].strip() for row in rows}


def class_number(
    name: str, synsets: Sequence[str], descriptions: Sequence[str], *, source: str | Path
) -> int:
    """Return the number of a class that is given by number, by synset or by one of its words.

    Raises
    ------
    InputError
        If the model has no such class, or several. The message names ``source``, the file or folder
        in which the class was given.

    Examples
    --------
    >>> descriptions = ["English springer", "Afghan hound, Afghan"]
    >>> class_number("Afghan", ["n1", "n2"], descriptions, source="a")
    1
    """
    if not any(synsets) and name in descriptions:  # no ImageNet: a class may be called "7"
        return list(descriptions).index(name)
    if name.isdecimal() and int(name) < len(synsets):
        return int(name)
    if name in synsets:
        return list(synsets).index(name)

    wanted = name.lower()
    words = [[word.strip().lower() for word in text.split(",")] for text in descriptions]
    # Several classes may share a word: "crane" is a bird and a machine.
    numbers = [number for number, names in enumerate(words) if wanted in names]
    if len(numbers) == 1:
        return numbers[0]
    if numbers:
        choices = ", ".join(f"{number} ({descriptions[number]})" for number in numbers)
        raise InputError(f"{source}: the class {name!r} may be {choices}; give its number")
    near = difflib.get_close_matches(wanted, [word for names in words for word in names], n=1)
    hint = f", did you mean {near[0]!r}?" if near else ""
    raise InputError(f"{source}: the model has no class {name!r} among its {len(synsets)}{hint}")


def first_words(description: str) -> str:
    """Return the first of a class's names.

    Examples
    --------
    >>> first_words("dalmatian, coach dog, carriage dog")
    'dalmatian'
    """
    return description.split(",")[0]


def read_pixels(
    path: str | Path, *, size: int, crop: float, interpolation: str
) -> NDArray[np.uint8]:
    """Return an image as the input of a network: its shorter side resized, its middle cut out.

    Parameters
    ----------
    path : path
        An image in red, green and blue. Information about its orientation is ignored.
    size : int
        Height and width of the result.
    crop : float
        The share of the resized image's shorter side that is kept.
    interpolation : {"bilinear", "bicubic", "lanczos"}

    Returns
    -------
    ndarray of uint8 [3, size, size]
        Pixels from 0 to 255; the same bytes on every machine with the same version of Pillow.

    Raises
    ------
    InputError
        If the file cannot be read as an image, or is not in red, green and blue.
    """
    image = open_image(path)
    if image.mode != "RGB":
        raise InputError(
            f"{path}: is not in red, green and blue but {image.mode}; "
            "convert it to RGB or take it out"
        )

    # Sizes are rounded as in torchvision's Resize and CenterCrop.
    short, edge = min(image.size), int(size / crop)
    width, height = (int(edge * side / short) for side in image.size)
    image = image.resize((width, height), _RESAMPLING[interpolation])
    left, top = round((width - size) / 2), round((height - size) / 2)
    pixels = np.asarray(image.crop((left, top, left + size, top + size)), dtype=np.uint8)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))
