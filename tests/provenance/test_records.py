import json
from base64 import urlsafe_b64encode

import pytest
from snakemake.io import IOFile
from snakemake.persistence.file import FilePersistence

from fcflow.artifacts.schema import declare, integer
from fcflow.artifacts.tables import write_table
from fcflow.errors import ArtifactError
from fcflow.provenance.records import restore_records, save_records

LONG = "results/" + "/".join(["a-folder-with-a-long-name"] * 10) + "/b.txt"


@pytest.fixture
def results(tmp_path, monkeypatch):
    """Two results, of which Snakemake has records."""
    monkeypatch.chdir(tmp_path)
    for name in ("results/a.txt", LONG):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        encoded = urlsafe_b64encode(name.encode()).decode()
        parts = [encoded[i : i + 254] for i in range(0, len(encoded), 254)]
        record = tmp_path.joinpath(
            ".snakemake", "metadata", *("@" + part for part in parts[:-1]), parts[-1]
        )
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps({"rule": name}))
    save_records("results")
    return tmp_path


def recorded(folder):
    metadata = folder / ".snakemake" / "metadata"
    return {str(p.relative_to(metadata)): p.read_text() for p in metadata.rglob("*") if p.is_file()}


def test_records_travel_with_the_results(results):
    before = recorded(results)
    (results / ".snakemake").rename(results / "gone")
    assert restore_records("results") == []
    assert recorded(results) == before
    assert len(before) == 2
    assert (results / ".snakemake" / "incomplete").is_dir()


def test_records_put_back_are_those_that_snakemake_reads(results, monkeypatch):
    (results / ".snakemake").rename(results / "gone")
    restore_records("results")
    monkeypatch.setattr(
        FilePersistence, "migrate_v1_to_v2", lambda self: pytest.fail("records of an old version")
    )
    persistence = FilePersistence(path=results / ".snakemake")
    for name in ("results/a.txt", LONG):
        assert persistence.rule(IOFile(name)) == name


def test_an_altered_result_is_named_and_gets_no_record(results):
    (results / ".snakemake").rename(results / "gone")
    (results / "results" / "a.txt").write_text("altered")
    assert restore_records("results") == [
        "results/a.txt: differs from what results/provenance.json records; it is taken as it is"
    ]
    assert len(recorded(results)) == 1


@pytest.fixture
def pages(results):
    """Make a folder as a rule does: Snakemake has a record of it, and marks the time in it."""
    folder = results / "results" / "pages"
    folder.mkdir()
    (folder / "a.html").write_text("a")
    (folder / ".snakemake_timestamp").touch()
    record = results / ".snakemake" / "metadata" / urlsafe_b64encode(b"results/pages").decode()
    record.write_text(json.dumps({"rule": "make_pages"}))
    save_records("results")
    (results / ".snakemake").rename(results / "gone")
    return folder


def test_the_record_of_a_folder_travels_with_it(pages, results):
    (pages / ".snakemake_timestamp").unlink()  # as archives do
    assert restore_records("results") == []
    assert len(recorded(results)) == 3


@pytest.mark.parametrize("change", ["altered", "added", "renamed"])
def test_a_folder_in_which_something_changed_gets_no_record(pages, results, change):
    if change == "renamed":
        (pages / "a.html").rename(pages / "b.html")
    else:
        (pages / ("a.html" if change == "altered" else "b.html")).write_text("other")
    assert [line.partition(":")[0] for line in restore_records("results")] == ["results/pages"]
    assert len(recorded(results)) == 2


@pytest.fixture
def table(results):
    """Return a function that writes a table, and Snakemake's record of it with a parameter."""
    schema = declare("measurements", "measure", {"d": integer()})

    def write(made, recorded):
        path = results / "results" / "b.parquet"
        write_table(schema.table([{"d": 1}]), path, schema, config=made)
        name = urlsafe_b64encode(b"results/b.parquet").decode()
        params = ["'fcflow.errors 7f76'", repr("text"), "3", repr(json.dumps(recorded))]
        record = results / ".snakemake" / "metadata" / name
        record.write_text(json.dumps({"rule": "measure", "params": params}))
        return save_records("results")

    return write


def test_a_table_that_was_made_with_another_configuration_than_is_recorded_is_told(table, results):
    faults = table({"epochs": 20, "seed": 3}, {"epochs": 30, "seed": 3})
    assert faults == [
        "results/b.parquet: was made with epochs 20, not 30 as Snakemake has recorded, perhaps by"
        " --touch; delete it and run snakemake again"
    ]
    manifest = json.loads((results / "results" / "provenance.json").read_text())
    assert "results/b.parquet" not in manifest["files"]


def test_a_manifest_that_vouches_for_another_configuration_is_told(table, results):
    table({"epochs": 20}, {"epochs": 20})
    manifest = results / "results" / "provenance.json"
    manifest.write_text(manifest.read_text().replace('epochs\\": 20', 'epochs\\": 30'))
    (results / ".snakemake").rename(results / "gone")
    (fault,) = restore_records("results")
    assert fault.startswith("results/b.parquet: was made with epochs 20, not 30 as Snakemake")
    assert len(recorded(results)) == 2


def test_a_table_that_records_more_than_its_rule_was_given_is_vouched_for(table, results):
    assert table({"epochs": 20, "betas": (0.9, 1e-3)}, {"epochs": 20, "betas": [0.9, 0.001]}) == []
    assert table({"epochs": 20, "classes": 10}, {"epochs": 20, "level": 0.95}) == []
    manifest = json.loads((results / "results" / "provenance.json").read_text())
    assert "results/b.parquet" in manifest["files"]


def test_records_that_are_there_are_left_alone(results):
    for record in (results / ".snakemake" / "metadata").rglob("*"):
        if record.is_file():
            record.write_text("newer")
    restore_records("results")
    assert set(recorded(results).values()) == {"newer"}


def test_results_without_a_manifest_need_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert restore_records("results") == []


def test_a_damaged_manifest_is_told(results):
    (results / ".snakemake").rename(results / "gone")
    (results / "results" / "provenance.json").write_text('{"format": 1, "fi')
    with pytest.raises(ArtifactError, match=r"provenance\.json: is damaged"):
        restore_records("results")
