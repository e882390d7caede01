"""Labelled rows of a Parquet file: features that are no pictures."""

from pathlib import Path

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
        raise InputError(f"{file}: lacks the column {label!r} of labels; it has {named}")
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
            rows = np.stack([np.asarray(row, dtype=np.float32).ravel() for row in column])
        else:
            rows = column.to_numpy(dtype=np.float32, na_value=np.nan)[:, None]
    except (TypeError, ValueError):
        raise InputError(
            f"{file}: the column {name!r} holds no numbers; take it out, or name it as label"
        ) from None
    return rows
