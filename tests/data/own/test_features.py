import numpy as np
import pandas as pd
import pytest

from fcflow.data.own.features import read_parquet
from fcflow.errors import InputError


def test_columns_are_features_in_their_order_and_lists_are_joined(tmp_path):
    rows = pd.DataFrame(
        {"a": [1, 2, 3], "y": ["no", "yes", "no"], "b": [0.5, 1.0, 1.5], "c": [[1, 2]] * 3}
    )
    rows.to_parquet(tmp_path / "a.parquet")
    read = read_parquet(tmp_path / "a.parquet")
    assert read.inputs.tolist() == [[1, 0.5, 1, 2], [2, 1, 1, 2], [3, 1.5, 1, 2]]
    assert (read.labels.tolist(), read.classes) == ([0, 1, 0], ("no", "yes"))


def test_whole_numbers_and_truth_values_are_features_missing_or_not(tmp_path):
    columns = {"a": pd.array([1, None, 3], dtype="Int64"), "b": [True, False, True], "y": [0, 1, 1]}
    pd.DataFrame(columns).to_parquet(tmp_path / "a.parquet")
    read = read_parquet(tmp_path / "a.parquet")
    assert read.inputs.tolist() == [[1, 1], [3, 1]]
    assert read.skipped == (("row 1", "has a missing value"),)


def test_rows_with_a_missing_value_are_left_out_and_told(tmp_path):
    rows = pd.DataFrame({"a": [1, 2, 3], "b": [0.5, np.nan, 1.5], "kind": [2, 0, 1]})
    rows.to_parquet(tmp_path / "a.parquet")
    read = read_parquet(tmp_path / "a.parquet", label="kind")
    assert read.inputs.tolist() == [[1, 0.5], [3, 1.5]]
    assert (read.labels.tolist(), read.classes) == ([2, 1], ("0", "1", "2"))
    assert read.lines == ["skipped 1: row 1: has a missing value"]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"a": [1, 2]}, "lacks the column 'y' of labels; it has a"),
        ({"y": [1, 0]}, "has no column beside 'y'"),
        ({"a": ["u", "v"], "y": [0, 1]}, "the column 'a' holds no numbers"),
        ({"a": ["1", "2"], "y": [0, 1]}, "the column 'a' holds no numbers"),
        (
            {"a": pd.to_datetime(["2026-01-01"] * 2), "y": [0, 1]},
            "'a' holds no numbers but datetime",
        ),
        ({"a": pd.to_timedelta([1, 2], "s"), "y": [0, 1]}, "'a' holds no numbers but timedelta"),
        ({"a": pd.Categorical(["1", "2"]), "y": [0, 1]}, "'a' holds no numbers but category"),
        ({"a": [["1"], ["2"]], "y": [0, 1]}, "'a' holds no numbers but object"),
        ({"a": [1, 2], "y": [1, 1]}, "fewer than two classes"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(columns, told, tmp_path):
    pd.DataFrame(columns).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(InputError, match=told) as caught:
        read_parquet(tmp_path / "a.parquet")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_missing_or_damaged_is_told(tmp_path):
    with pytest.raises(InputError, match="is missing"):
        read_parquet(tmp_path / "a.parquet")
    (tmp_path / "a.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        read_parquet(tmp_path / "a.parquet")
