"""Where the workflow's own files lie, whoever uses it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any


def source_files(workflow: Any, top: str = "..") -> Callable[[str], Path]:
    """Return a function that says where a file of the repository lies, by its path in it.

    The Snakefile may be another workflow's module: the folder of that workflow, and the one in
    which Snakemake runs, are not its own. A file of a module on a server is fetched.

    Parameters
    ----------
    workflow : snakemake.workflow.Workflow
        As in the Snakefile that calls this.
    top : str
        The repository's top, seen from that Snakefile's folder.
    """
    folder = workflow.current_basedir

    def source(path: str) -> Path:
        place = folder.join(f"{top}/{path}")
        local = Path(os.path.normpath(place.get_path_or_uri(secret_free=True)))
        return local if local.is_file() else Path(workflow.sourcecache.get_path(place))

    return source
