"""Arrays in safetensors files, such as weights and matrices. Nothing is ever unpickled."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from fcflow.artifacts.files import check_file, replacing
from fcflow.errors import ArtifactError


def write_arrays(arrays: Mapping[str, NDArray[Any]], path: str | Path) -> None:
    """Write named arrays to ``path``, which a reader finds complete or not at all.

    Raises
    ------
    ArtifactError
        If an array holds NaN or infinity, or the file cannot be written.
    """
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise ArtifactError(f"{path}: array {name!r} would hold values that are not finite")
    # Sorted, so that the same arrays always give the same bytes.
    ordered = {name: np.ascontiguousarray(array) for name, array in sorted(arrays.items())}
    with replacing(path) as part:
        part.write_bytes(save(ordered))


def read_arrays(
    path: str | Path, names: Collection[str], *, producer: str
) -> dict[str, NDArray[Any]]:
    """Read the arrays of a file, which must have exactly these ``names``, or any if there are none.

    Raises
    ------
    ArtifactError
        If the file is missing or damaged, or holds other arrays or values that are not finite. The
        message is one line that names the file and ``producer``, the step that makes it.
    """
    remedy = f"run snakemake again: the step {producer} makes it"
    again = f"delete it and {remedy}"
    check_file(path, "safetensors", remedy)
    try:
        arrays: dict[str, NDArray[Any]] = load_file(path)
    except (SafetensorError, OSError) as error:
        raise ArtifactError(f"{path}: cannot be read as safetensors ({error}); {again}") from error
    if names and set(arrays) != set(names):
        raise ArtifactError(
            f"{path}: holds the arrays {sorted(arrays)} where {sorted(names)} are expected; {again}"
        )
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise ArtifactError(f"{path}: array {name!r} holds values that are not finite; {again}")
    return arrays
