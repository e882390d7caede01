"""What to cite is the same wherever a library, an archive or a person looks for it."""

import json
import tomllib
from pathlib import Path

import pytest
import yaml

from fcflow.version import VERSION

ROOT = Path(__file__).parents[1]
PAPERS = {"arXiv:2406.16200", "arXiv:1802.01421"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXPECTED = {
    "name": PROJECT["name"],
    "description": PROJECT["description"],
    "version": VERSION,
    "license": PROJECT["license"],
    "authors": [one["name"] for one in PROJECT["authors"]],
    "papers": PAPERS,
}


def citation():
    """Return what CITATION.cff says, and its keywords."""
    given = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    papers = [given["preferred-citation"], *given["references"]]
    return {
        "name": given["title"],
        "description": given["abstract"],
        "version": given["version"],
        "license": given["license"],
        "authors": [one["name"] for one in given["authors"]],
        "papers": {one["value"] for paper in papers for one in paper["identifiers"]},
    }, given["keywords"]


def zenodo():
    """Return what .zenodo.json says, and its keywords."""
    given = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    return {
        "name": given["title"],
        "description": given["description"],
        "version": given["version"],
        "license": given["license"],
        "authors": [one["name"] for one in given["creators"]],
        "papers": {one["identifier"] for one in given["related_identifiers"]},
    }, given["keywords"]


def codemeta():
    """Return what codemeta.json says, and its keywords."""
    given = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    return {
        "name": given["name"],
        "description": given["description"],
        "version": given["version"],
        "license": given["license"].removeprefix("https://spdx.org/licenses/"),
        "authors": [one["name"] for one in given["author"]],
        "papers": {one["identifier"] for one in given["referencePublication"]},
    }, given["keywords"]


@pytest.mark.parametrize("said", [citation, zenodo, codemeta])
def test_every_file_says_the_same_as_the_package(said):
    assert said()[0] == EXPECTED


def test_keywords_are_the_same_everywhere():
    assert citation()[1] == zenodo()[1] == codemeta()[1]
