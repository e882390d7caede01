"""The step that makes the site from the ledger, the tables, the figures and their rows."""

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from fcflow.artifacts.files import replacing
from fcflow.artifacts.tables import read_metadata, read_table
from fcflow.experiments.images.factors.shares import SHARES
from fcflow.paper.claims.ledger import LEDGER, claims, claims_about
from fcflow.paper.csv_table import write_csv
from fcflow.site.artifacts import Artifact, all_artifacts, artifacts_about, sources_of
from fcflow.site.contents import Contents
from fcflow.site.made_from import made_from
from fcflow.site.own_answer import own_answer
from fcflow.site.pages import asset, folder_pages, single_page
from fcflow.site.used import FILE as USED
from fcflow.site.used import used_configuration

CHANGES = "changes.json"  # the changed keys, with their values as shipped
ASSETS = ("site.css", "site.js")
_LEDGER_FILES = ("claims.parquet", "claims.csv", "claims.tex")


def make_site(job: Any) -> None:
    """Write the folder and the single file, for the object that Snakemake puts into a script."""
    index = Path(str(job.output.index))
    root = index.parents[1]
    rows = read_table(root / "claims.parquet", LEDGER)
    level = read_metadata(root / "claims.parquet")["config"]["level"]
    own = read_metadata(root / "claims.parquet")["config"].get("own", [])
    artifacts = all_artifacts(own)
    offered = offered_files(artifacts)
    changes = json.loads(job.params.changes)
    made = made_from(root, offered_tables(artifacts), changes)
    contents = Contents(root, rows, artifacts, frozenset(offered), level, claims(own))
    pages, shared = contents.pages(), contents.shared(made, documented=job.params.documented)

    _copy_files(root, offered, index.parent / "files")
    for name, text in folder_pages(pages, shared):
        _write(index.parent / name, text)
    for name in ASSETS:
        _write(index.parent / "files" / name, asset(name))
    _write(index.parent / "files" / USED, used_configuration(changes))
    _write(index.parent / "files" / CHANGES, json.dumps(changes, indent=1) + "\n")
    _write(Path(str(job.output.single)), single_page(pages, shared, root))


def make_page(job: Any) -> None:
    """Write one section's page, for the object that Snakemake puts into a script.

    It holds its tables, its figures, and what the papers say, judged on it.
    """
    page = Path(str(job.output.page))
    root, experiment = page.parents[1], page.parent.name
    rows = read_table(page.parent / "claims.parquet", LEDGER)
    level = read_metadata(page.parent / "claims.parquet")["config"]["level"]
    artifacts = artifacts_about(experiment)
    ledger = [f"{experiment}/{file}" for file in _LEDGER_FILES]
    offered = [file for file in offered_files(artifacts) if file not in _LEDGER_FILES] + ledger
    tables = [file for file in offered if file.endswith(".parquet")]
    made = made_from(root, tables, json.loads(job.params.changes))
    listed = claims_about(experiment)
    shares = read_table(root / "tables" / f"{experiment}_shares.parquet", SHARES)
    lead = own_answer(shares)
    contents = Contents(root, rows, artifacts, frozenset(offered), level, listed, lead)
    shared = contents.shared(made, documented=False)
    _write(page, single_page(contents.pages(), shared, root, offered=root.name))


def offered_files(artifacts: Mapping[str, Artifact]) -> list[str]:
    """Return the files that the site offers, below the folder of results.

    These are the ledger, every table and figure, and the rows that they are made from, with their
    seeds.
    """
    results = [path.partition("/")[2] for path in sources_of(artifacts)]
    shown = [file for one in artifacts.values() for file in one.downloads.values()]
    return [*_LEDGER_FILES, *shown, *results]


def offered_tables(artifacts: Mapping[str, Artifact]) -> list[str]:
    """Return those that say what they were made with."""
    return [file for file in offered_files(artifacts) if file.endswith(".parquet")]


def _copy_files(root: Path, files: Iterable[str], folder: Path) -> None:
    """Copy what is offered; rows that only Parquet has get a CSV file too."""
    names = set(files)
    for file in sorted(names):
        place = folder / file
        place.parent.mkdir(parents=True, exist_ok=True)
        with replacing(place) as part:
            shutil.copyfile(root / file, part)
        other = f"{file.removesuffix('.parquet')}.csv"
        if file.endswith(".parquet") and other not in names:
            write_csv(pd.read_parquet(root / file), folder / other)


def _write(path: Path, text: str) -> None:
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8")
