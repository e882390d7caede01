"""One zip of results, site, code and configuration, for someone else to read and to recompute."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from fcflow.artifacts.files import replacing
from fcflow.artifacts.tables import read_metadata, read_table
from fcflow.errors import InputError
from fcflow.paper.claims.ledger import LEDGER
from fcflow.site.answer import answer, counts
from fcflow.site.artifacts import all_artifacts
from fcflow.site.claim_view import SIGNS
from fcflow.site.made_from import made_from
from fcflow.site.make import CHANGES, offered_tables
from fcflow.site.pages import archive_page
from fcflow.version import VERSION

# What the repository consists of; whatever else lies beside it stays out.
CODE = (
    *(".ci", "benchmarks", "config", "docs", "profiles", "src", "tests", "workflow"),
    *(".gitignore", ".snakemake-workflow-catalog.yml", ".zenodo.json", "CHANGELOG.md"),
    *("CITATION.cff", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "codemeta.json"),
    *("pyproject.toml", "requirements.lock", "requirements-dev.lock", "requirements-slurm.lock"),
)
_LEFT_OUT = ("__pycache__", ".egg-info", ".tmp", ".snakemake_timestamp", "schema.json")
_THEN = (1980, 1, 1, 0, 0, 0)  # the zip of the same files is the same bytes


def write_archive(file: str | Path, results: str | Path, repository: str | Path = ".") -> int:
    """Write the zip, and return how many files it holds.

    Parameters
    ----------
    file : path
        The zip.
    results : path
        The folder of results.
    repository : path
        The code that made them.

    Raises
    ------
    InputError
        If there is no site among the results, or no repository.
    """
    made, code = Path(results), Path(repository)
    for needed, remedy in (
        (made / "site" / "index.html", "make it first: make site"),
        (code / "workflow" / "Snakefile", "run this in the repository's folder"),
    ):
        if not needed.is_file():
            raise InputError(f"{needed}: is missing; {remedy}")
    top = f"fcflow-{VERSION}"
    entries = {f"{top}/{name}": path for name, path in _files(code, CODE)}
    entries |= {f"{top}/results/{name}": path for name, path in _files(made, [""])}
    with replacing(file) as part, ZipFile(part, "w", ZIP_DEFLATED) as archive:
        _add(archive, f"{top}/index.html", first_page(made).encode())
        for name, path in sorted(entries.items()):
            _add(archive, name, path.read_bytes(), executable=bool(path.stat().st_mode & 0o100))
    return len(entries) + 1


def first_page(results: Path) -> str:
    """Return the zip's first page: what the numbers were made from, and where everything is."""
    rows = read_table(results / "claims.parquet", LEDGER)
    changes = json.loads((results / "site" / "files" / CHANGES).read_text(encoding="utf-8"))
    config = read_metadata(results / "claims.parquet")["config"]
    made = made_from(results, offered_tables(all_artifacts(config.get("own", []))), changes)
    return archive_page(
        made=made, answer=answer(rows), counts=counts(rows), signs=SIGNS, level=config["level"]
    )


def _files(folder: Path, parts: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """Return the files below some parts of a folder, by their names in it."""
    for part in parts:
        place = folder / part
        every = [place] if place.is_file() else place.rglob("*")
        for path in every:
            name = path.relative_to(folder).as_posix()
            if path.is_file() and not any(step.endswith(_LEFT_OUT) for step in name.split("/")):
                yield name, path


def _add(archive: ZipFile, name: str, content: bytes, *, executable: bool = False) -> None:
    entry = ZipInfo(name, _THEN)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = (0o100755 if executable else 0o100644) << 16
    archive.writestr(entry, content)
