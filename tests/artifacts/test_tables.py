import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fcflow.artifacts.digest import digest_of
from fcflow.artifacts.schema import declare, flag, integer, real, text
from fcflow.artifacts.tables import read_metadata, read_table, write_table
from fcflow.errors import ArtifactError

SCHEMA = declare(
    "measurements",
    "measure_things",
    {
        "name": text(),
        "d": integer(1),
        "ratio": real(0, 1),
        "extra": real(nullable=True),
        "good": flag(),
    },
)


@pytest.fixture
def rows():
    return pd.DataFrame(
        {
            "name": ["a", "b"],
            "d": [4, 8],
            "ratio": [0.5, 1.0],
            "extra": [1.0, np.nan],
            "good": [True, False],
        }
    )


@pytest.fixture
def path(tmp_path, rows):
    file = tmp_path / "measurements.parquet"
    write_table(rows, file, SCHEMA, config={"seed": 3}, device="cpu")
    return file


def test_what_is_written_is_read(path, rows):
    pd.testing.assert_frame_equal(read_table(path, SCHEMA), rows)


def test_pandas_opens_it_without_fcflow(path, rows):
    assert pd.read_parquet(path)["ratio"].tolist() == rows["ratio"].tolist()


def test_metadata_say_what_it_was_made_from(path):
    record = read_metadata(path)
    assert record["config"] == {"seed": 3}
    assert record["device"] == "cpu"
    assert record["packages"]["numpy"] == np.__version__


def test_the_same_rows_are_the_same_bytes(path, rows, tmp_path):
    write_table(rows, tmp_path / "again.parquet", SCHEMA, config={"seed": 3})
    assert (tmp_path / "again.parquet").read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ratio": [0.5, np.nan]}, "'ratio' has missing or NaN values"),
        ({"ratio": [0.5, np.inf]}, "'ratio' holds infinite values"),
        ({"extra": [1.0, -np.inf]}, "'extra' holds infinite values"),
        ({"ratio": [0.5, 1.5]}, r"'ratio' fails less_than_or_equal_to\(1\), for example at 1.5"),
        ({"d": [4, 0]}, "'d' fails greater_than_or_equal_to"),
        ({"d": [4.0, 8.0]}, "'d' fails dtype"),
        ({"surplus": [1, 2]}, "'surplus' is not declared"),
    ],
)
def test_rows_that_do_not_fit_are_not_written(rows, tmp_path, change, message):
    with pytest.raises(ArtifactError, match=message):
        write_table(rows.assign(**change), tmp_path / "a.parquet", SCHEMA, config={})
    assert list(tmp_path.iterdir()) == []


def test_a_missing_column_is_not_written(rows, tmp_path):
    with pytest.raises(ArtifactError, match="'good' is missing"):
        write_table(rows.drop(columns="good"), tmp_path / "a.parquet", SCHEMA, config={})


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.99])
def test_a_truncated_file_is_told_in_one_line_with_the_step_to_rerun(path, share):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ArtifactError) as caught:
        read_table(path, SCHEMA)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{path}: cannot be read as Parquet")
    assert str(caught.value).endswith(
        "delete it and run snakemake again: the step measure_things makes it"
    )


def test_damaged_pages_are_told(path):
    content = bytearray(path.read_bytes())
    content[4:40] = b"\xff" * 36
    path.write_bytes(bytes(content))
    with pytest.raises(ArtifactError, match=r"is damaged .*measure_things"):
        read_table(path, SCHEMA)


def test_rows_that_were_edited_by_hand_are_told(path):
    table = pq.read_table(path)
    for column, values in (
        ("ratio", pa.array([0.5, 0.999])),
        ("extra", pa.array([1.0, 2.0])),
        ("name", pa.array(["a", "c"])),
        ("good", pa.array([True, True])),
        ("d", pa.array([4, 9])),
    ):
        place = table.column_names.index(column)
        edited = table.set_column(place, column, values)
        pq.write_table(edited.replace_schema_metadata(table.schema.metadata), path)
        with pytest.raises(ArtifactError) as caught:
            read_table(path, SCHEMA)
        assert str(caught.value) == (
            f"{path}: does not hold what was computed: it was changed by something else than the"
            " step measure_things; delete it and run snakemake again: the step measure_things"
            " makes it"
        )
    pq.write_table(table.slice(0, 1), path)
    with pytest.raises(ArtifactError, match="does not hold what was computed"):
        read_table(path, SCHEMA)


def test_a_record_that_was_edited_by_hand_is_told(path):
    table = pq.read_table(path)
    metadata = table.schema.metadata
    edited = {**metadata, b"fcflow": metadata[b"fcflow"].replace(b'"seed": 3', b'"seed": 4')}
    pq.write_table(table.replace_schema_metadata(edited), path)
    with pytest.raises(ArtifactError, match="does not hold what was computed"):
        read_table(path, SCHEMA)


def test_rows_written_anew_as_they_were_are_the_steps_own(path, rows):
    table = pq.read_table(path)
    pq.write_table(table, path, compression="none", row_group_size=1)
    pd.testing.assert_frame_equal(read_table(path, SCHEMA), rows)


def test_a_table_of_a_version_that_recorded_no_digest_is_read(path, rows):
    table = pq.read_table(path)
    record = {**read_metadata(path), "digest": None}
    metadata = {**table.schema.metadata, b"fcflow": json.dumps(record).encode()}
    pq.write_table(table.replace_schema_metadata(metadata), path)
    pd.testing.assert_frame_equal(read_table(path, SCHEMA), rows)


def test_a_digest_does_not_depend_on_how_values_are_held(rows):
    record = {"config": {"widths": (1, 2), "x": {10: 1, 9: 2}}}
    again = {"config": {"x": {"9": 2, "10": 1}, "widths": [1, 2]}}
    held = rows.assign(name=rows["name"].astype("object"), extra=rows["extra"] * 1.0)
    assert digest_of(rows, record) == digest_of(held, again)
    assert digest_of(rows, {}) != digest_of(rows.rename(columns={"d": "e"}), {})
    assert digest_of(rows, {}) != digest_of(rows.astype({"d": "int32"}), {})
    assert digest_of(rows[:1].assign(name="ab"), {}) != digest_of(rows[:1].assign(name="a"), {})


def test_the_digest_of_a_table_stays_the_same_from_version_to_version(rows):
    known = "8c320ba4f82aa06c667ce048ad465e9eab13b0f8335d26e978d32c98cf9fe472"
    assert digest_of(rows, {"schema": "measurements"}) == known


def test_what_is_no_file_of_a_table_is_told_as_what_it_is(tmp_path, path):
    (tmp_path / "folder.parquet").mkdir()
    (tmp_path / "measurements.csv").write_text("d,ratio\n4,0.5\n")
    (tmp_path / "other.csv").write_text("d\n4\n")
    gives = "give the .parquet file of the same table"
    for name, message in {
        "folder.parquet": "is a folder; give a Parquet file in it",
        "measurements.csv": f"is CSV, no Parquet file; {gives}: {path}",
        "other.csv": f"is CSV, no Parquet file; {gives}",
        "gone.csv": "is missing; ",
    }.items():
        for read in (read_metadata, lambda file: read_table(file, SCHEMA)):
            with pytest.raises(ArtifactError) as caught:
                read(tmp_path / name)
            assert str(caught.value).startswith(f"{tmp_path / name}: {message}")
            assert "delete" not in str(caught.value)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ArtifactError, match=r"gone\.parquet: is missing; .*measure_things"):
        read_table(tmp_path / "gone.parquet", SCHEMA)


def test_a_foreign_parquet_file_is_refused(path, rows):
    rows.to_parquet(path)
    with pytest.raises(ArtifactError, match="was not written by fcflow"):
        read_table(path, SCHEMA)


def test_a_table_of_another_kind_is_refused(path):
    other = declare("other things", "make_others", {"d": integer()})
    with pytest.raises(
        ArtifactError, match="holds 'measurements' where 'other things' is expected"
    ):
        read_table(path, other)


def test_values_that_were_tampered_with_are_found_when_read(path):
    table = pq.read_table(path)
    broken = table.set_column(2, "ratio", pa.array([0.5, float("inf")]))
    pq.write_table(broken.replace_schema_metadata(table.schema.metadata), path)
    with pytest.raises(
        ArtifactError, match="'ratio' holds infinite values; delete it and run snakemake again"
    ):
        read_table(path, SCHEMA)


def test_rows_without_a_column_that_must_not_be_missing_are_refused_by_its_name():
    schema = declare("lengths", "measure", {"norm": real(nullable=True), "success": flag()})
    assert len(schema.table([])) == 0
    assert schema.table([{"success": True}])["norm"].isna().all()
    with pytest.raises(ArtifactError, match="rows of 'lengths' lack the column 'success'"):
        schema.table([{"norm": 1.0}])
