"""Sevens turned into ones by blocking out the upper left stroke ([FC] §6).

The paper blocks "enough pixels on the upper left stroke" by hand. Here a mask is a rectangle at the
upper left corner of the digit's bounding box, no higher than a share of it. Of all such masks that
the network answers with "1", the one that changes the image least is taken; a seven without any is
left out, and counted.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn

from fcflow.config.fields import Portion, Text
from fcflow.data.imagenet import class_number
from fcflow.errors import InputError
from fcflow.experiments.images.entries import pair_maker
from fcflow.experiments.images.network import as_tensor
from fcflow.experiments.images.pair import Paired

TARGET = 1  # the class that x2 is to be answered with, of digits

_AT_ONCE = 50  # masks in one evaluation of the network


@dataclass(frozen=True)
class Mask:
    """A blocked rectangle of an image; two that block the same ink count as one, the smaller."""

    top: int
    left: int
    rows: int
    columns: int

    def apply(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the image with the rectangle set to the background."""
        blocked = image.copy()
        blocked[self.top : self.top + self.rows, self.left : self.left + self.columns] = 0
        return blocked


def corner_masks(image: NDArray[np.uint8], height: float) -> list[Mask]:
    """Return the masks that change an image differently, the smallest change (L2) first.

    Parameters
    ----------
    image : uint8 [28, 28]
    height : float
        The most that a mask covers of the bounding box's height, in (0, 1].

    Examples
    --------
    >>> image = np.zeros((28, 28), np.uint8)
    >>> image[4, 10:13] = [100, 200, 50]
    >>> [mask.columns for mask in corner_masks(image, 1.0)]
    [1, 2, 3]
    """
    ink_rows, ink_columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
    if ink_rows.size == 0:
        return []
    top, left = int(ink_rows[0]), int(ink_columns[0])
    tallest, widest = int(ink_rows[-1]) + 1 - top, int(ink_columns[-1]) + 1 - left
    kept: dict[bytes, tuple[int, Mask]] = {}
    for rows in range(1, max(1, round(height * tallest)) + 1):
        for columns in range(1, widest + 1):
            mask = Mask(top, left, rows, columns)
            change = int(
                (image[top : top + rows, left : left + columns].astype(np.int64) ** 2).sum()
            )
            if change:
                kept.setdefault(mask.apply(image).tobytes(), (change, mask))
    # Equal changes of different pixels keep the order in which they were made: fewer rows first.
    return [mask for _, mask in sorted(kept.values(), key=lambda entry: entry[0])]


def first_mask(
    network: nn.Module,
    image: NDArray[np.uint8],
    masks: list[Mask],
    device: str = "cpu",
    target: int = TARGET,
) -> tuple[Mask | None, int]:
    """Return the first mask that the network answers with the target, and how many it was shown."""
    for start in range(0, len(masks), _AT_ONCE):
        some = masks[start : start + _AT_ONCE]
        blocked = np.stack([mask.apply(image)[None] for mask in some])
        with torch.no_grad():
            answers = network(as_tensor(blocked, device)).argmax(dim=1)
        hits = torch.nonzero(answers == target)[:, 0]
        if hits.numel():
            return some[int(hits[0])], start + len(some)
    return None, len(masks)


@pair_maker("blocked")
def blocked(
    answers: pd.DataFrame,
    pixels: NDArray[np.uint8],
    classes: pd.DataFrame,
    model: nn.Module,
    *,
    device: str,
    mask_height: Portion = 0.6,
    source: Text = "7",
    target: Text = "1",
) -> Paired:
    """Search a mask for every seven that is classified correctly.

    Parameters
    ----------
    answers, classes : DataFrames
        As :data:`~fcflow.experiments.images.columns.ANSWERS` and ``CLASSES`` in that module.
    pixels : uint8 [images, 1, 28, 28]
    model : torch module in evaluation mode
    device : str
    mask_height : float
        The most that a blocked rectangle covers of a seven's height, from the upper left corner of
        the digit's bounding box. Source: open, "enough pixels on the upper left stroke", [FC] §6.
    source, target : str
        The classes of x1 and of x2. Source: seven and one, [FC] §6.

    Returns
    -------
    Paired
        A pair's number is its image's; its own columns are the mask's place, how many masks there
        were and were tried, and how many pixels it blocks.
    """
    if pixels.ndim != 4 or pixels.shape[1] != 1 or pixels.dtype != np.uint8:
        raise InputError("pairs: blocked is about grey pictures, uint8 [n, 1, h, w]")
    known = classes["synset"].tolist(), classes["description"].tolist()
    own, other = (class_number(name, *known, source="pairs") for name in (source, target))
    sevens = (answers["label"] == own).to_numpy()
    rows: list[dict[str, Any]] = []
    x1: list[NDArray[np.uint8]] = []
    x2: list[NDArray[np.uint8]] = []
    for i in np.flatnonzero(sevens & answers["correct"]):
        image = pixels[i, 0]
        masks = corner_masks(image, mask_height)
        mask, tried = first_mask(model, image, masks, device, other)
        if mask is None:
            continue
        x1.append(pixels[i])
        x2.append(mask.apply(image)[None])
        change = (image.astype(np.float64) - x2[-1][0]) / 255
        rows.append(
            {
                "pair": int(answers["image"].iloc[i]),
                "image1": i,
                "distance": float(np.linalg.norm(change)),
                "masks": len(masks),
                "tried": tried,
                **vars(mask),
                "blocked": int((change != 0).sum()),
            }
        )
    columns = (
        "pair",
        "image1",
        "distance",
        "masks",
        "tried",
        "top",
        "left",
        "rows",
        "columns",
        "blocked",
    )
    table = pd.DataFrame(rows, columns=list(columns)).astype({"pair": "int64", "image1": "int64"})
    whole = table.assign(image2=-1, target=other, shown=True)
    return Paired(whole, _stacked(x1, pixels), _stacked(x2, pixels), sevens)


def _stacked(images: list[NDArray[np.uint8]], like: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.array(images, dtype=np.uint8).reshape(-1, *like.shape[1:])
