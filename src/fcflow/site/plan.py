"""What the workflow has to know of the site before anything is made; loads nothing heavy."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from fcflow.site.artifacts import KINDS, all_artifacts, artifacts_about, sources_of
from fcflow.sources import Entry

_TEMPLATES = Path(__file__).parent / "templates"


def site_inputs(own: Sequence[str] = (), about: str = "") -> list[str]:
    """Return the files that the site is made from, beside the ledger: all that it shows.

    Parameters
    ----------
    own : sequence of str
        The sections that the user has named.
    about : str
        One of them, for its own page alone.
    """
    artifacts = artifacts_about(about) if about else all_artifacts(own)
    shown = [f"results/{file}" for one in artifacts.values() for file in one.downloads.values()]
    pages = [f"results/{one.file('html')}" for one in artifacts.values() if one.kind == "table"]
    return [*shown, *pages, *sources_of(artifacts)]


def templates_digest() -> str:
    """Return a digest of the templates: a page changes with them as with code."""
    total = hashlib.sha256()
    for path in sorted(_TEMPLATES.iterdir()):
        total.update(json.dumps([path.name, path.read_text(encoding="utf-8")]).encode())
    return total.hexdigest()[:16]


def declared_digest(entries: Mapping[str, Mapping[str, Entry]]) -> str:
    """Return a digest of what tables and figures are called and show.

    Parameters
    ----------
    entries : mapping
        From ``table`` and ``figure`` to the entries that the experiments declare.
    """
    words = {kind: {name: one.options for name, one in entries[kind].items()} for kind in KINDS}
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:16]
