"""CIFAR-10, downloaded and checked by torchvision."""

from pathlib import Path
from typing import Any

import numpy as np

from fcflow.data.labelled import LabelledImages
from fcflow.errors import ArtifactError
from fcflow.extras import paper_extra


def read_cifar10(folder: str | Path) -> LabelledImages:
    """Return the 60,000 images, 32 × 32 in colour, of which the last 10,000 are for tests.

    Parameters
    ----------
    folder : path
        Holds torchvision's ``cifar-10-batches-py``, which is downloaded to it if it is missing.

    Raises
    ------
    ArtifactError
        If the files are missing or have other checksums than torchvision knows, and cannot be
        downloaded.
    """
    # Imported here because torchvision loads PyTorch, which other images do not need.
    with paper_extra():
        from torchvision.datasets import CIFAR10

    place = Path(folder)
    try:
        parts: list[Any] = [CIFAR10(place, train=train, download=True) for train in (True, False)]
    except (OSError, RuntimeError) as error:
        raise ArtifactError(
            f"{place / CIFAR10.base_folder}: is missing or damaged and could not be downloaded"
            f" ({error}); put {CIFAR10.filename} from {CIFAR10.url} into {place}, or set"
            " vulnerability.networks.source: digits"
        ) from None
    pixels = np.concatenate([part.data for part in parts]).transpose(0, 3, 1, 2)
    labels = np.concatenate([np.array(part.targets, dtype=np.int64) for part in parts])
    test = np.arange(len(labels)) >= len(parts[0].targets)
    names = [f"image {number}" for number in range(len(labels))]
    return LabelledImages(names, labels, parts[0].classes, test, ~test, pixels.__getitem__)
