"""Snakemake's records of how results were made, kept in a file beside the results.

Snakemake records the parameters of a result and the checksums of its inputs in ``.snakemake/``,
which archives and clones do not contain. Without these records, copied results seem up to date or
not depending on the order in which they were copied. So the records of all results are written to
``results/provenance.json`` at the end of a run. They are put back if ``.snakemake`` has none, for
the files whose content is still the recorded one.

Snakemake believes what it is told: after ``snakemake --touch`` its records say that results were
made with the configuration of that moment. Each Parquet table holds the one that it was made with,
so that the two are compared, and what contradicts its record is not vouched for.
"""

import ast
import hashlib
import json
from base64 import urlsafe_b64encode
from contextlib import suppress
from pathlib import Path
from typing import Any

from fcflow.artifacts.files import replacing
from fcflow.errors import ArtifactError

_FORMAT = 1  # of provenance.json; a file of another format is not read
# One less than the longest file name of Linux's file systems. Snakemake splits longer names.
_LONGEST_NAME = 254
_TIMESTAMP = ".snakemake_timestamp"
_KEPT = "it is taken as it is"


def save_records(results: str | Path, state: str | Path = ".snakemake") -> list[str]:
    """Write the records of all files under ``results`` to ``results/provenance.json``.

    Returns
    -------
    list of str
        A line for each file that was left out, because it contradicts its record.
    """
    folder = Path(results)
    records: dict[str, Any] = {}
    faults = []
    for path in sorted(folder.rglob("*")):
        record = _record_file(Path(state), path)
        if path.exists() and record.is_file():
            content = json.loads(record.read_text(encoding="utf-8"))
            if fault := _contradiction(path, content):
                faults.append(fault)
                continue
            records[path.as_posix()] = {"sha256": _sha256(path), "record": content}
    if records:
        with replacing(folder / "provenance.json") as part:
            part.write_text(
                json.dumps({"format": _FORMAT, "files": records}, indent=0), encoding="utf-8"
            )
    return faults


def restore_records(results: str | Path, state: str | Path = ".snakemake") -> list[str]:
    """Put records back for results that came without, unless ``.snakemake`` has records already.

    Returns
    -------
    list of str
        A line for each file that is not what was recorded.

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
            if not Path(name).exists():
                continue
            if _sha256(Path(name)) != entry["sha256"]:
                altered.append(f"{name}: differs from what {manifest} records; {_KEPT}")
                continue
            if fault := _contradiction(Path(name), entry["record"]):
                altered.append(fault)
                continue
            record = _record_file(Path(state), Path(name))
            record.parent.mkdir(parents=True, exist_ok=True)
            record.write_text(json.dumps(entry["record"]), encoding="utf-8")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArtifactError(
            f"{manifest}: is damaged ({error!r}); delete it: results then count as made anew"
        ) from error
    # Without this folder, Snakemake takes the records for an old version's and converts them.
    (Path(state) / "incomplete").mkdir(parents=True, exist_ok=True)
    return altered


def _contradiction(path: Path, record: Any) -> str | None:
    """Return in one line how a table's own record contradicts Snakemake's."""
    if path.suffix != ".parquet" or not (asked := _config(record.get("params", []))):
        return None
    # Loaded here: most starts of Snakemake have nothing to compare.
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        own = json.loads((pq.read_schema(path).metadata or {})[b"fcflow"])["config"]
    except (pa.ArrowException, OSError, KeyError, ValueError):  # told by the step that reads it
        return None
    for key in sorted(asked.keys() & own.keys()):
        if asked[key] != own[key]:
            return (
                f"{path.as_posix()}: was made with {key} {json.dumps(own[key])}, not"
                f" {json.dumps(asked[key])} as Snakemake has recorded, perhaps by --touch; delete"
                " it and run snakemake again"
            )
    return None


def _config(parameters: Any) -> dict[str, Any]:
    """Return the configuration among a record's parameters, each kept as Python writes it."""
    for text in parameters:
        with suppress(ValueError, SyntaxError, TypeError):
            value = json.loads(ast.literal_eval(text))
            if isinstance(value, dict):
                return value
    return {}


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
    """Return the digest of a file, or of the names and contents of a folder's files."""
    if path.is_dir():
        # Snakemake marks the time of a folder that a rule makes with a file in it.
        files = sorted(one for one in path.rglob("*") if one.is_file() and one.name != _TIMESTAMP)
        named = [[one.relative_to(path).as_posix(), _sha256(one)] for one in files]
        return hashlib.sha256(json.dumps(named).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
