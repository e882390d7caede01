"""Labelled rows of a Parquet file: features that are no pictures."""

from numbers import Number
from pathlib import Path
from typing import Any

import numpy as np

from fcflow.data.own.labelled_inputs import LabelledInputs, as_labels
from fcflow.errors import InputError
from fcflow.extras import paper_extra

with paper_extra():
    import pandas as pd


def read_parquet(path: str | Path, *, label: str = "y") -> LabelledInputs:
    """Read a table of features, a row an input; columns of lists are joined.

    Parameters
    ----------
    path : path
    label : str
        The column of labels, whole numbers or text. All others are features, in their order; they
        hold numbers, or lists of as many numbers in every row.

    Returns
    -------
    LabelledInputs
        ``inputs`` float32 [n, d], without rows that are not finite, which are told.

    Raises
    ------
    InputError
        If the file is missing or damaged, lacks the label, or a column holds no numbers.
    """
    file = Path(path)
    if not file.is_file():
        raise InputError(f"{file}: is missing; write it with a column for each feature and {label}")
    try:
        table = pd.read_parquet(file)
    except (ValueError, OSError) as error:
        reason = " ".join(str(error).split())[:120]
        raise InputError(f"{file}: cannot be read as Parquet ({reason})") from None
    if label not in table:
        named = ", ".join(map(str, table.columns[:6]))
        raise InputError(
            f"{file}: lacks the column {label!r} of labels; it has {named}, and data.label names"
            " the one that holds them"
        )
    features = [_numbers(table[name], str(name), file) for name in table if name != label]
    if not features:
        raise InputError(f"{file}: has no column beside {label!r}; each feature is a column")
    inputs = np.concatenate(features, axis=1)
    usable = np.isfinite(inputs).all(axis=1) & table[label].notna().to_numpy()
    names = np.array([f"row {number}" for number in range(len(inputs))])
    skipped = tuple((name, "has a missing value") for name in names[~usable])
    labels, classes = as_labels(table[label][usable].to_numpy(), str(file))
    return LabelledInputs(inputs[usable], labels, classes, tuple(names[usable].tolist()), skipped)


def _numbers(column: "pd.Series[float]", name: str, file: Path) -> np.ndarray[tuple[int, int]]:
    try:
        if column.dtype == object:
            return np.stack([_row(row) for row in column])
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_complex_dtype(column):
            return column.to_numpy(dtype=np.float32, na_value=np.nan)[:, None]
    except (TypeError, ValueError):
        pass
    raise InputError(
        f"{file}: the column {name!r} holds no numbers but {column.dtype}; take it out, or name it"
        " as label"
    )


def _row(value: Any) -> np.ndarray[tuple[int]]:
    """Return a list of numbers, or a number; text and times are none, though NumPy has numbers."""
    array = np.asarray(value)
    mixed = array.dtype == object and all(
        one is None or isinstance(one, Number) for one in array.flat
    )
    if array.dtype.kind not in "iufb" and not mixed:
        raise TypeError(array.dtype)
    return array.astype(np.float32).ravel()
