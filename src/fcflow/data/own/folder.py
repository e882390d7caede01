"""Pictures in one folder a class, brought to one size and one number of channels."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fcflow.data import imagenet
from fcflow.data.class_folders import read_class_folders, read_pixels
from fcflow.data.own.labelled_inputs import LabelledInputs
from fcflow.data.resizing import resized
from fcflow.errors import InputError

Interpolation = Literal["area", "bilinear", "bicubic", "lanczos"]
_COLOURS = 3


def read_folder(
    folder: str | Path,
    *,
    size: int | None = None,
    crop: float = 1.0,
    interpolation: Interpolation = "area",
    channels: int | None = None,
    most: int | None = None,
) -> LabelledInputs:
    """Read the pictures of a folder that holds a folder for each class.

    Where it holds the two folders ``train`` and ``test``, which hold the classes, those in ``test``
    are read. A file that cannot be read is skipped and told.

    Parameters
    ----------
    folder : path
    size : int, optional
        Height and width to which the middle square is brought; by default all pictures have to be
        of one size.
    crop : float
        The share of a picture's shorter side that is kept.
    interpolation : {"area", "bilinear", "bicubic", "lanczos"}
        ``area`` takes means of areas where pictures shrink; the others are Pillow's, as networks
        for photographs are trained with.
    channels : int, optional
        1 or 3; by default 3 where any picture is in colour. Grey pictures among those in colour
        have three equal channels.
    most : int, optional
        The most pictures that are read.

    Returns
    -------
    LabelledInputs
        ``inputs`` uint8 [n, c, h, w], in turn the next file of each class, so that the first of
        them are of all classes; ``names`` are the files'.

    Raises
    ------
    InputError
        If the folder is missing, there are fewer than two classes with a picture, or sizes differ.
    """
    listed = read_class_folders(folder)
    numbers = _in_turn(listed.labels, np.flatnonzero(listed.test))[:most]
    pixels: list[NDArray[np.uint8]] = []
    kept: list[int] = []
    skipped: list[tuple[str, str]] = []
    for number in numbers:
        path = Path(folder) / listed.names[number]
        if (plain := _as_text(listed.names[number])) != listed.names[number]:
            skipped.append((plain, "has a name that is not UTF-8"))
            continue
        try:
            pixels.append(_sized(path, size, crop, interpolation))
        except InputError as error:
            reason = str(error).removeprefix(f"{path}: ").partition("; ")[0]
            skipped.append((listed.names[number], reason.replace(str(path), path.name)))
        else:
            kept.append(int(number))
    names = [listed.names[number] for number in kept]
    labels = listed.labels[kept]
    if len(set(labels.tolist())) < 2:
        told = f", {len(skipped)} skipped, the first {': '.join(skipped[0])}" if skipped else ""
        raise InputError(f"{folder}: has pictures of fewer than two classes that can be read{told}")
    pixels, notes = _with_channels(pixels, names, channels, folder)
    _check_sizes(pixels, names, folder)
    return LabelledInputs(
        np.stack(pixels),
        labels,
        tuple(map(_as_text, listed.classes)),
        tuple(names),
        tuple(skipped),
        notes,
    )


def _as_text(name: str) -> str:
    r"""Return a file's name with bytes that are no UTF-8 written as ``\xff``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _in_turn(labels: NDArray[np.int64], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return numbers of pictures so that the first of each class come first, then the second."""
    before: Counter[int] = Counter()
    ranks = []
    for label in labels[numbers].tolist():
        ranks.append(before[label])
        before[label] += 1
    return numbers[np.argsort(ranks, kind="stable")]


def _sized(
    path: Path, size: int | None, crop: float, interpolation: Interpolation
) -> NDArray[np.uint8]:
    if interpolation != "area" and size is not None:
        return imagenet.read_pixels(path, size=size, crop=crop, interpolation=interpolation)
    pixels = read_pixels(path)
    if size is None:
        return pixels
    height, width = pixels.shape[1:]
    side = max(1, round(crop * min(height, width)))
    top, left = (height - side) // 2, (width - side) // 2
    square = pixels[:, top : top + side, left : left + side]
    return np.round(resized(square, size)).astype(np.uint8)


def _with_channels(
    pixels: Sequence[NDArray[np.uint8]],
    names: Sequence[str],
    channels: int | None,
    folder: str | Path,
) -> tuple[list[NDArray[np.uint8]], tuple[str, ...]]:
    most = max(len(one) for one in pixels)
    wanted = most if channels is None else channels
    if wanted < most:
        first = next(n for one, n in zip(pixels, names, strict=True) if len(one) > wanted)
        raise InputError(
            f"{Path(folder) / first}: is in colour, and data.channels is {wanted}; set it to 3"
        )
    grey = [name for one, name in zip(pixels, names, strict=True) if len(one) < wanted]
    whole = [np.repeat(one, wanted // len(one), axis=0) for one in pixels]
    if not grey or len(grey) == len(pixels):
        return whole, ()
    return whole, (
        f"{len(grey)} of {len(pixels)} pictures are grey among others in colour, and were given"
        f" three equal channels; the first is {grey[0]}",
    )


def _check_sizes(pixels: Sequence[NDArray[np.uint8]], names: Sequence[str], folder: object) -> None:
    for one, name in zip(pixels, names, strict=True):
        if one.shape != pixels[0].shape:
            first, other = ("×".join(map(str, x.shape[:0:-1])) for x in (pixels[0], one))
            raise InputError(
                f"{folder}: {names[0]} has {first} pixels and {name} {other}; set data.size, to"
                " which all are brought"
            )
