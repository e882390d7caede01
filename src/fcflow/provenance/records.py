"""Snakemake's records of how results were made, kept beside the results so that they can travel together.

Snakemake keeps what it knows of a result (parameters, checksums of its inputs) in ``.snakemake/``,
which no archive or clone carries. Without it, whether copied results seem up to date depends on the
order in which they were copied. So the records of all results are written to
``results/provenance.json`` at the end of a run, and put back where ``.snakemake`` has none, for
files whose content is what was recorded.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

from fcflow.artifacts.files import replacing
from fcflow.errors import ArtifactError

_FORMAT = 1
_LONGEST_NAME = 254  # Snakemake splits longer names into folders


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
    """Put records back for results that came without, and return the files that are not what was recorded.

    Nothing is done where ``.snakemake`` has records already.

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
    # Snakemake takes records without this folder for those of an old version, and converts them.
    (Path(state) / "incomplete").mkdir(parents=True, exist_ok=True)
    return altered


def _record_file(state: Path, output: Path) -> Path:
    """Return where Snakemake keeps the record of an output, given relative to the working directory."""
    name = urlsafe_b64encode(output.as_posix().encode()).decode()
    parts = [name[i : i + _LONGEST_NAME] for i in range(0, len(name), _LONGEST_NAME)]
    return state.joinpath("metadata", *("@" + part for part in parts[:-1]), parts[-1])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
