"""The identity of the code behind a step: its script and every module that it reaches by imports.

Snakemake reruns a step when its parameters change, so this identity is one of them. It is taken
from the syntax tree without docstrings: an edit that can change a result changes it, a comment, a
docstring or a touch does not.
"""

from functools import cache
from pathlib import Path
from typing import Any

import grimp

from fcflow.errors import FcflowError
from fcflow.sources import file_of, read_source, remember


def code_identity(script: str | Path, *modules: str) -> dict[str, str]:
    """Return the identity of a script and of its import closure in fcflow.

    Parameters
    ----------
    script : path
        A Python file that imports modules of fcflow, or names them as ``module:function``.
    *modules : str
        Further modules of fcflow that the script loads by their names.

    Returns
    -------
    dict
        Name of the script or module to the hash of its code.

    Raises
    ------
    FcflowError
        If a file cannot be parsed, or a module that is named does not exist.
    """
    path = Path(script)
    source = read_source(path)
    named = {*modules, *(address.partition(":")[0] for address in source.addresses)}
    for module in sorted(named - _graph().modules):
        raise FcflowError(
            f"{path}: {module} is no module that can be imported; check its name, and that each"
            " folder above it has an __init__.py"
        )
    reached = sorted(_closure({*source.imports, *named}))
    identity = {path.name: source.digest}
    identity |= {name: read_source(file_of(name)).digest for name in reached}
    remember()
    return identity


@cache
def _graph() -> Any:
    return grimp.build_graph("fcflow", cache_dir=None, exclude_type_checking_imports=True)


def _closure(roots: set[str]) -> set[str]:
    """Return what importing these modules runs, the packages that they lie in included."""
    reached: set[str] = set()
    waiting = roots & _graph().modules
    while waiting:
        module = waiting.pop()
        reached.add(module)
        packages = {module.rsplit(".", depth)[0] for depth in range(1, module.count(".") + 1)}
        waiting |= (packages | _graph().find_upstream_modules(module)) - reached
    return reached
