"""Pairs that are listed in a file, by the names of the inputs."""

import csv
import difflib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fcflow.errors import InputError

_COLUMNS = ("x1", "x2")


def listed_pairs(path: str | Path, names: Sequence[str]) -> NDArray[np.int64]:
    """Return the pairs of rows that a comma-separated file lists, in its order.

    Parameters
    ----------
    path : path
        With the columns ``x1`` and ``x2``, names of inputs, one line a pair.
    names : sequence of str
        Of all inputs; files may be named without their folders where that is clear.

    Returns
    -------
    int64 [pairs, 2]

    Raises
    ------
    InputError
        If the file is missing or malformed, or names an input that is not there.
    """
    file = Path(path)
    if not file.is_file():
        raise InputError(f"{file}: is missing; write it with the columns x1 and x2")
    try:
        with file.open(encoding="utf-8-sig", newline="") as content:
            rows = list(csv.DictReader(content))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{file}: cannot be read as comma-separated text: {error}") from None
    if not rows or any(not (row.get(name) or "").strip() for row in rows for name in _COLUMNS):
        raise InputError(f"{file}: must have the columns x1 and x2, both filled in on every line")
    known = {name: number for number, name in enumerate(names)}
    short: dict[str, list[int]] = {}
    for name, number in known.items():
        short.setdefault(Path(name).name, []).append(number)
    pairs = [[_number(row[name].strip(), known, short, file) for name in _COLUMNS] for row in rows]
    return np.array(pairs, dtype=np.int64)


def _number(name: str, known: dict[str, int], short: dict[str, list[int]], file: Path) -> int:
    if name in known:
        return known[name]
    if len(short.get(name, ())) == 1:
        return short[name][0]
    if name in short:
        raise InputError(f"{file}: several inputs are named {name}; give its folder too")
    near = difflib.get_close_matches(name, known, n=1)
    hint = f", did you mean {near[0]!r}?" if near else ""
    raise InputError(f"{file}: there is no input {name!r}{hint}")
