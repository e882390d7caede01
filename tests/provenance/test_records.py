import json
from base64 import urlsafe_b64encode

import pytest
from snakemake.io import IOFile
from snakemake.persistence.file import FilePersistence

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
    assert restore_records("results") == ["results/a.txt"]
    assert len(recorded(results)) == 1


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
