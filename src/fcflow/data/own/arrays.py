"""Labelled arrays of NumPy's files."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcflow.data.own.labelled_inputs import LabelledInputs, as_labels
from fcflow.errors import InputError

_CHANNELS = (1, 3)


def read_npz(path: str | Path) -> LabelledInputs:
    """Read the arrays ``x`` and ``y`` of a file that ``numpy.savez`` wrote; nothing is unpickled.

    Parameters
    ----------
    path : path
        ``x`` is uint8 [n, h, w], [n, h, w, 3] or [n, c, h, w], pixels from 0 to 255; or floats
        [n, ...], which are taken as they are. ``y`` has [n] whole numbers or text. ``classes`` may
        give the names of the numbers.

    Returns
    -------
    LabelledInputs
        Without rows that are not finite, which are told.

    Raises
    ------
    InputError
        If the file is missing or damaged, or its arrays are others.
    """
    file = Path(path)
    if not file.is_file():
        raise InputError(f"{file}: is missing; write it with numpy.savez(…, x=…, y=…)")
    try:
        with np.load(file, allow_pickle=False) as content:
            arrays = {name: content[name] for name in ("x", "y", "classes") if name in content}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, AttributeError, TypeError) as error:
        raise InputError(f"{file}: cannot be read as arrays ({error}); write numbers") from None
    if missing := [name for name in ("x", "y") if name not in arrays]:
        raise InputError(f"{file}: lacks the array {missing[0]}; it must hold x and y")
    x, y = arrays["x"], arrays["y"]
    if x.ndim < 2 or y.shape != x.shape[:1]:
        raise InputError(
            f"{file}: x must be [n, ...] and y [n], got {list(x.shape)} and {list(y.shape)}"
        )
    inputs, usable = _inputs(x, file)
    names = np.array([f"row {number}" for number in range(len(x))])
    skipped = tuple((name, "is not finite") for name in names[~usable])
    labels, classes = as_labels(y[usable], str(file))
    classes = _named(classes, arrays.get("classes"), file)
    return LabelledInputs(inputs[usable], labels, classes, tuple(names[usable].tolist()), skipped)


def _inputs(x: NDArray[Any], file: Path) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    if x.dtype == np.uint8:
        if x.ndim == 3:
            x = x[:, None]
        elif x.ndim == 4 and x.shape[3] in _CHANNELS and x.shape[1] not in _CHANNELS:
            x = x.transpose(0, 3, 1, 2)
        return np.ascontiguousarray(x), np.ones(len(x), dtype=bool)
    if x.dtype.kind not in "iuf":
        raise InputError(f"{file}: x must hold numbers, got {x.dtype}")
    inputs = x.astype(np.float32)
    finite = np.isfinite(inputs.reshape(len(inputs), -1)).all(axis=1)
    return inputs, np.asarray(finite)


def _named(numbers: tuple[str, ...], names: NDArray[Any] | None, file: Path) -> tuple[str, ...]:
    if names is None:
        return numbers
    if names.ndim != 1 or len(names) < len(numbers):
        raise InputError(
            f"{file}: classes must name at least {len(numbers)} classes, got {list(names.shape)}"
        )
    return tuple(map(str, names.tolist()))
