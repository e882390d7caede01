"""Snakemake's records of how results were made, kept in a file beside the results.

Snakemake records the parameters of a result and the checksums of its inputs in ``.snakemake/``,
which archives and clones do not contain. Without these records, copied results seem up to date or
not depending on the order in which they were copied. So the records of all results are written to
``results/provenance.json`` at the end of a run. They are put back if ``.snakemake`` has none, for
the files whose content is still the recorded one.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

from fcflow.artifacts.files import replacing
from fcflow.errors import ArtifactError

_FORMAT = 1  # of provenance.json; a file of another format is not read
# One less than the longest file name of Linux's file systems. Snakemake splits longer names.
_LONGEST_NAME = 254


def save_records(results: str | Path, state: str | Path = ".snakemake") -> None:
    """Write the records of all files under ``results`` to ``results/provenance.json``."""
    folder = Path(results)
    records: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        record = _record_file(Path(state), path)
        if path.is_file() and record.is_file():
            records[path.as_posix()] = {
                "sha256": _sha256(path),
                "record": json.loads(record.read_text(encoding="utf-8")),
            }
    if records:
        with replacing(folder / "provenance.json") as part:
            part.write_text(
                json.dumps({"format": _FORMAT, "files": records}, indent=0), encoding="utf-8"
            )


def restore_records(results: str | Path, state: str | Path = ".snakemake") -> list[str]:
    """Put the records of results back, and return the files whose content is not the recorded one.

    Nothing is done if ``.snakemake`` already has records.

    Raises
    ------
    ArtifactError
        If ``provenance.json`` is damaged.
    """
    manifest = Path(results) / "provenance.json"
    if not manifest.is_file() or any((Path(state) / "metadata").glob("*")):
        return []
    try:
        content = json.loads(manifest.read_text(encoding="utf-8"))
        files: dict[str, Any] = content["files"] if content["format"] == _FORMAT else {}
        altered = []
        for name, entry in files.items():
            if not Path(name).is_file():
                continue
            if _sha256(Path(name)) != entry["sha256"]:
                altered.append(name)
                continue
            record = _record_file(Path(state), Path(name))
            record.parent.mkdir(parents=True, exist_ok=True)
            record.write_text(json.dumps(entry["record"]), encoding="utf-8")
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ArtifactError(
            f"{manifest}: is damaged ({error!r}); delete it: results then count as made anew"
        ) from error
    # Without this folder, Snakemake takes the records for an old version's and converts them.
    (Path(state) / "incomplete").mkdir(parents=True, exist_ok=True)
    return altered


def _record_file(state: Path, output: Path) -> Path:
    """Return the file in which Snakemake records an output, whose path is relative.

    Snakemake 9.27 has public functions to read a record, but none to write one. So this copies the
    layout of ``snakemake.persistence.file.FilePersistence._record_path``: the output's path in
    URL-safe base64, as the name of a file in ``metadata``. Longer names are cut into pieces, which
    become folders, marked by "@", and a file. A test compares it with what Snakemake reads.
    """
    name = urlsafe_b64encode(output.as_posix().encode()).decode()
    parts = [name[i : i + _LONGEST_NAME] for i in range(0, len(name), _LONGEST_NAME)]
    return state.joinpath("metadata", *("@" + part for part in parts[:-1]), parts[-1])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
