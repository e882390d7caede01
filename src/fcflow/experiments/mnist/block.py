"""Stage 3: turn sevens into ones by blocking out the upper left stroke ([FC] §6).

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

from fcflow.experiments.mnist.schemas import MASKS, SOURCE, TARGET, as_table
from fcflow.experiments.mnist.train import as_images
from fcflow.networks.mnist_cnn import MnistCnn

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
    network: MnistCnn, image: NDArray[np.uint8], masks: list[Mask], device: str = "cpu"
) -> tuple[Mask | None, int]:
    """Return the first mask after which the network answers with the target, and how many were evaluated."""
    for start in range(0, len(masks), _AT_ONCE):
        some = masks[start : start + _AT_ONCE]
        with torch.no_grad():
            answers = network(
                as_images(np.stack([mask.apply(image) for mask in some]), device)
            ).argmax(dim=1)
        hits = torch.nonzero(answers == TARGET)[:, 0]
        if hits.numel():
            return some[int(hits[0])], start + len(some)
    return None, len(masks)


def block_sevens(
    images: pd.DataFrame,
    pixels: NDArray[np.uint8],
    network: MnistCnn,
    *,
    number: int,
    mask_height: float,
    device: str = "cpu",
) -> tuple[pd.DataFrame, dict[str, NDArray[Any]]]:
    """Search a mask for every test seven; those that are misclassified to begin with get none.

    Returns
    -------
    masks : DataFrame
        One row a test seven, as :data:`~fcflow.experiments.mnist.schemas.MASKS`.
    pairs : dict
        ``image`` int64 [pairs], ``x1`` and ``x2`` uint8 [pairs, 28, 28], in the order of the
        images.
    """
    rows: list[dict[str, Any]] = []
    pairs: list[tuple[int, NDArray[np.uint8], NDArray[np.uint8]]] = []
    chosen = np.flatnonzero((images["part"] == "test") & (images["label"] == SOURCE))
    for i in chosen:
        image = int(images["image"].iloc[i])
        with torch.no_grad():
            predicted = int(network(as_images(pixels[i][None], device)).argmax())
        masks = corner_masks(pixels[i], mask_height) if predicted == SOURCE else []
        mask, tried = first_mask(network, pixels[i], masks, device)
        blocked = pixels[i] if mask is None else mask.apply(pixels[i])
        if mask is not None:
            pairs.append((image, pixels[i], blocked))
        place = mask or Mask(0, 0, 0, 0)
        change = (pixels[i].astype(np.float64) - blocked) / 255
        rows.append(
            {
                "network": number,
                "image": image,
                "predicted": predicted,
                "masks": len(masks),
                "tried": tried,
                "found": mask is not None,
                **vars(place),
                "blocked": int((change != 0).sum()),
                "distance": float(np.linalg.norm(change)) if mask else float("nan"),
            }
        )
    arrays: dict[str, NDArray[Any]] = {
        "image": np.array([image for image, *_ in pairs], dtype=np.int64),
        "x1": np.array([x1 for _, x1, _ in pairs], dtype=np.uint8).reshape(-1, 28, 28),
        "x2": np.array([x2 for *_, x2 in pairs], dtype=np.uint8).reshape(-1, 28, 28),
    }
    return as_table(rows, MASKS), arrays
