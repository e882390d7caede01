"""What the numbers were made from: versions, seeds and configuration, as the results record it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fcflow.artifacts.tables import read_metadata
from fcflow.version import VERSION


@dataclass(frozen=True)
class Made:
    """What a file's own record says.

    Attributes
    ----------
    file : str
        Below ``results/``.
    config : str
        The part of the configuration that its rows depend on, as JSON.
    """

    file: str
    config: str


@dataclass(frozen=True)
class MadeFrom:
    """What all results say that they were made with.

    Attributes
    ----------
    fcflow : str
        The version that made the site.
    pythons, devices, seeds : list of str
        Those of all files.
    packages : list of (str, str)
        Names and versions.
    files : list of Made
    changes : list of (str, str, str)
        Keys of the configuration that are not as shipped: key, as shipped, as used.
    """

    fcflow: str
    pythons: list[str]
    devices: list[str]
    seeds: list[str]
    packages: list[tuple[str, str]]
    files: list[Made]
    changes: list[tuple[str, str, str]]


def made_from(root: Path, files: Iterable[str], changes: dict[str, list[Any]]) -> MadeFrom:
    """Return what the records of Parquet files say.

    Parameters
    ----------
    root : Path
        The folder of results.
    files : iterable of str
        Below it.
    changes : mapping
        See :func:`fcflow.config.changes.changed_keys`.
    """
    names = list(files)
    records = [read_metadata(root / name) for name in names]
    packages = {pair for record in records for pair in record["packages"].items()}
    return MadeFrom(
        fcflow=VERSION,
        pythons=sorted({record["python"] for record in records}),
        devices=sorted({record["device"] for record in records}),
        seeds=sorted({str(one["config"]["seed"]) for one in records if "seed" in one["config"]}),
        packages=sorted(packages),
        files=[
            Made(name, json.dumps(record["config"], ensure_ascii=False, sort_keys=True))
            for name, record in zip(names, records, strict=True)
        ],
        changes=[
            (key, json.dumps(before), json.dumps(now)) for key, (before, now) in changes.items()
        ],
    )
