"""What a table's rows are known by: the same for the same values, whatever library holds them."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd


def digest_of(rows: pd.DataFrame, record: Mapping[str, Any]) -> str:
    """Return a digest of a table's columns and of what is recorded with it.

    Parameters
    ----------
    rows : DataFrame
        Columns of numbers, truth values and text.
    record : mapping
        Its entry ``digest`` is left out.

    Examples
    --------
    >>> rows = pd.DataFrame({"a": [1.0, float("nan")]})
    >>> digest_of(rows, {}) == digest_of(rows.copy(), {"digest": "any"})
    True
    >>> digest_of(rows, {}) == digest_of(rows.fillna(2.0), {})
    False
    """
    others = {key: value for key, value in record.items() if key != "digest"}
    # By way of JSON, so that it is the same for what was read from a file.
    plain = json.loads(json.dumps(others, default=str))
    total = hashlib.sha256(json.dumps(plain, sort_keys=True).encode())
    for name in rows.columns:
        kind, content = _content(rows[name])
        total.update(json.dumps([str(name), kind, len(content)]).encode())
        total.update(content)
    return total.hexdigest()


def _content(column: pd.Series) -> tuple[str, bytes]:
    """Return a column's type and its values as bytes."""
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        values = column.to_numpy()
        if values.dtype.kind == "f":
            values = np.where(np.isnan(values), np.array(np.nan, values.dtype), values)
        little = values.astype(values.dtype.newbyteorder("<"))
        return values.dtype.name, np.ascontiguousarray(little).tobytes()
    # Text mostly repeats: each row's place among the texts, in the order in which they first stand.
    places, texts = pd.factorize(column)
    listed = json.dumps([str(text) for text in texts]).encode()
    return f"text {len(listed)}", listed + places.astype("<i8").tobytes()
