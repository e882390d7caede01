"""The zip of a run: what it holds, and that another person can go on with it."""

import json
import re
import urllib.parse
import zipfile

import pytest
from tests.workflow.conftest import ROOT, Workspace

from fcflow.errors import InputError
from fcflow.site.archive import write_archive
from fcflow.version import VERSION

pytestmark = pytest.mark.snakemake
TOP = f"fcflow-{VERSION}"


@pytest.fixture(scope="module")
def archive(finished, tmp_path_factory):
    """Return the zip of the tiny run."""
    file = tmp_path_factory.mktemp("archive") / "results.zip"
    write_archive(file, finished.folder / "results", ROOT)
    return file


def test_the_zip_holds_results_configuration_lock_site_and_provenance(archive, finished):
    names = set(zipfile.ZipFile(archive).namelist())
    made = {f"{TOP}/{name}" for name in finished.results()}
    assert made <= names
    for needed in (
        *("results/provenance.json", "results/site/index.html", "results/site.html"),
        *("config/config.yaml", "requirements.lock", "workflow/Snakefile", "src/fcflow/cli.py"),
        *("LICENSE", "CITATION.cff", ".zenodo.json", "codemeta.json", "Makefile"),
    ):
        assert f"{TOP}/{needed}" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".tmp")]


def test_its_first_page_says_what_the_numbers_were_made_from_and_its_links_lead_somewhere(archive):
    with zipfile.ZipFile(archive) as content:
        page = content.read(f"{TOP}/index.html").decode()
        names = set(content.namelist())
    assert f"fcflow {VERSION}" in page
    assert "20240616" in page  # the seed
    assert "not as shipped" in page
    assert re.search(r"numpy \d+\.\d+", page)
    links = re.findall(r'href="([^"]+)"', page)
    assert links
    assert [one for one in links if f"{TOP}/{urllib.parse.unquote(one)}" not in names] == []


def test_unpacked_it_needs_nothing_with_the_configuration_that_it_brings(archive, tmp_path):
    with zipfile.ZipFile(archive) as content:
        content.extractall(tmp_path)
    unpacked = Workspace(tmp_path / TOP)
    unpacked.environment["PYTHONPATH"] = str(unpacked.folder / "src")
    (unpacked.folder / "docs" / "conf.py").unlink()  # these results are without documentation
    used = unpacked.folder / "results" / "site" / "files" / "config.yaml"
    (unpacked.folder / "tiny.yaml").write_bytes(used.read_bytes())
    assert unpacked.planned() == set()


def test_the_zip_of_the_same_results_is_the_same_bytes(archive, finished, tmp_path):
    write_archive(tmp_path / "again.zip", finished.folder / "results", ROOT)
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


def test_without_a_site_there_is_nothing_to_pack(tmp_path):
    with pytest.raises(InputError, match="is missing; make it first: make site"):
        write_archive(tmp_path / "none.zip", tmp_path, ROOT)


def test_the_changed_keys_are_those_of_the_tiny_configuration(finished):
    files = finished.folder / "results" / "site" / "files"
    changes = json.loads((files / "changes.json").read_text(encoding="utf-8"))
    assert changes["linear.hidden"] == [3000, 24]
    assert changes["linear.studies.dimension_longer"][1] is None
    assert "seed" not in changes
