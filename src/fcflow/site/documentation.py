"""The step that makes the documentation's pages: guides and API, by Sphinx."""

import tempfile
from pathlib import Path
from typing import Any

from fcflow.errors import FcflowError, MissingExtraError

_LEFT = (".buildinfo", "objects.inv")  # what Sphinx writes for other tools
_DEMANDS = ("--fail-on-warning", "--keep-going", "--quiet", "--fresh-env", "--jobs", "1")


def make_docs(job: Any) -> None:
    """Write the pages, for the object that Snakemake puts into a script."""
    build_pages(Path(job.scriptdir).resolve().parents[1] / "docs", Path(str(job.output)))


def build_pages(guides: Path, folder: Path) -> None:
    """Build the pages; nothing is fetched, and the same sources give the same bytes.

    Parameters
    ----------
    guides : Path
        Their sources, with Sphinx's ``conf.py``.
    folder : Path
        Where the pages go.

    Raises
    ------
    FcflowError
        If Sphinx has anything to say against a page; it is printed before.
    MissingExtraError
        If Sphinx is not installed.
    """
    try:
        from sphinx.cmd.build import build_main
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f'{error.name} is missing; pip install "fcflow[docs]" brings it', name=error.name
        ) from None
    with tempfile.TemporaryDirectory() as trees:
        faults = build_main([*_DEMANDS, "--doctree-dir", trees, str(guides), str(folder)])
    if faults:
        raise FcflowError(f"{guides}: Sphinx found faults in these pages; they are printed above")
    for name in _LEFT:
        (folder / name).unlink(missing_ok=True)
