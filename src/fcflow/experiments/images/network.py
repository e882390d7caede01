"""Networks as steps use them, and pairs of images as a network takes them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import tqdm

from fcflow.compression.memory import gradient_batch
from fcflow.experiments.images.entries import load_classifier
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.networks.arithmetic import fix_arithmetic

Arrays = Mapping[str, NDArray[Any]]


class Loaded(NamedTuple):
    """What a classifier's entry returns.

    Attributes
    ----------
    model : torch module in evaluation mode
        From pixels in [0, 1], float32 [n, c, h, w], to logits [n, k].
    sha256 : str
        Of its weights' file, empty where the workflow made it.
    """

    model: nn.Module
    sha256: str = ""


class Network(NamedTuple):
    """A loaded classifier, and how many gradients of one image each are evaluated at once."""

    model: nn.Module
    sha256: str
    batch: int


def open_network(
    classifier: Mapping[str, Any],
    weights: Sequence[Arrays],
    shape: Sequence[int],
    *,
    memory_gb: float | None,
    device: str,
) -> Network:
    """Load a classifier.

    Parameters
    ----------
    classifier : mapping
        The configuration's: ``kind``, and the keys of that entry.
    weights : sequence of arrays
        What the workflow trained, or nothing.
    shape : (c, h, w)
        Of one image, or of one input.
    memory_gb : float or None
        Memory for gradients, in 10⁹ bytes; None for 64 gradients.
    device : str
    """
    fix_arithmetic()
    own = {key: value for key, value in classifier.items() if key != "kind"}
    load, given = load_classifier(classifier["kind"], shape)
    model, sha256 = load(weights[0] if weights else None, device=device, **given, **own)
    if memory_gb is None:
        return Network(model, sha256, DEFAULT_BATCH)
    example = torch.zeros(1, *shape, device=device)
    return Network(model, sha256, gradient_batch(model, example, memory_gb * 1e9))


def as_tensor(pixels: NDArray[Any], device: str = "cpu") -> Tensor:
    """Return images in 255ths, uint8 [n, c, h, w], as float32 in [0, 1]; other numbers as they are.

    Examples
    --------
    >>> as_tensor(np.full((2, 1, 28, 28), 255, np.uint8)).amax()
    tensor(1.)
    """
    # A copy, since a model may work in place, and the array is what was read.
    tensor = torch.tensor(pixels, device=device, dtype=torch.float32)
    return tensor / 255 if pixels.dtype == np.uint8 else tensor


@dataclass(frozen=True)
class Group:
    """Pairs that are measured in one go.

    Attributes
    ----------
    rows : rows of :data:`~fcflow.experiments.images.columns.PAIRS`
    x1, x2 : float32 [n, c, h, w]
    source, target : int64 [n]
    """

    rows: pd.DataFrame
    x1: Tensor
    x2: Tensor
    source: Tensor
    target: Tensor


def groups(
    pairs: pd.DataFrame,
    ends: Arrays,
    *,
    part: int,
    jobs: int,
    pairs_at_once: int | None,
    device: str,
) -> Iterator[Group]:
    """Yield a job's share of the pairs, every ``jobs``-th, in groups of ``pairs_at_once``."""
    share = np.arange(part, len(pairs), jobs)
    size = max(1, len(share) if pairs_at_once is None else pairs_at_once)
    starts = range(0, len(share), size)
    for start in tqdm(starts, desc="pairs", unit="group", mininterval=1.0):
        places = share[start : start + size]
        rows = pairs.iloc[places]
        x1, x2 = (as_tensor(ends[name][places], device) for name in ("x1", "x2"))
        source, target = (
            torch.tensor(rows[name].to_numpy(), device=device) for name in ("source", "target")
        )
        yield Group(rows, x1, x2, source, target)
