"""The identity of the code behind a step: its script and every module of fcflow that it reaches by imports.

Snakemake reruns a step when its parameters change, so this identity is one of them. It is taken
from the syntax tree without docstrings: an edit that can change a result changes it, a comment, a
docstring or a touch does not.
"""

import ast
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import grimp

from fcflow.errors import FcflowError

# Beside Python's own caches, and like them for one version of Python, whose syntax trees may differ
# from another's.
_MEMORY = (
    Path(__file__).parent / "__pycache__" / f"code_identity.{sys.implementation.cache_tag}.json"
)
_REMEMBERED = 2000
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def code_identity(script: str | Path) -> dict[str, str]:
    """Return the identity of a script and of its import closure in fcflow.

    Parameters
    ----------
    script : path
        A Python file that imports modules of fcflow.

    Returns
    -------
    dict
        Name of the script or module to the hash of its code.

    Raises
    ------
    FcflowError
        If a file cannot be parsed.
    """
    path = Path(script)
    modules = sorted(_closure(set(_imported(_parse(path)))))
    known = len(_known())
    identity = {path.name: _digest(path)} | {
        module: _digest(_file_of(module)) for module in modules
    }
    if len(_known()) > known:
        _remember()
    return identity


@cache
def _graph() -> Any:
    return grimp.build_graph("fcflow", cache_dir=None, exclude_type_checking_imports=True)


@cache
def _file_of(module: str) -> Path:
    root = Path(next(iter(find_spec("fcflow").submodule_search_locations)))  # type: ignore[union-attr,arg-type]
    place = root.joinpath(*module.split(".")[1:])
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def _closure(roots: set[str]) -> set[str]:
    """Return what importing these modules runs: what they import, the packages they lie in, and what those import."""
    reached: set[str] = set()
    waiting = roots & _graph().modules
    while waiting:
        module = waiting.pop()
        reached.add(module)
        packages = {module.rsplit(".", depth)[0] for depth in range(1, module.count(".") + 1)}
        waiting |= (packages | _graph().find_upstream_modules(module)) - reached
    return reached


def _imported(tree: ast.Module) -> Iterator[str]:
    """Yield every dotted name that a script imports; names of functions are among them and are no modules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def _parse(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, OSError) as error:
        raise FcflowError(f"{path}: cannot be read as Python: {error}") from None


@cache
def _digest(path: Path) -> str:
    """Return the hash of a file's code; it is computed once for each content of a file, whoever asks."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FcflowError(f"{path}: cannot be read as Python: {error}") from None
    key = hashlib.sha256(_rule_of_hashing() + content).hexdigest()
    if key not in _known():
        _known()[key] = _hash_of_code(_parse(path))
    return _known()[key]


def _hash_of_code(tree: ast.Module) -> str:
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()[:16]


@cache
def _rule_of_hashing() -> bytes:
    return hashlib.sha256(Path(__file__).read_bytes()).digest()


@cache
def _known() -> dict[str, str]:
    """Return the hash of the code for the hash of each content seen: a second saved whenever Snakemake starts."""
    try:
        return dict(json.loads(_MEMORY.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _remember() -> None:
    with suppress(OSError):  # an installation that cannot be written to works without a memory
        _MEMORY.parent.mkdir(exist_ok=True)
        own = _MEMORY.with_suffix(f".{os.getpid()}")
        latest = dict(list(_known().items())[-_REMEMBERED:])
        own.write_text(json.dumps(latest), encoding="utf-8")
        own.replace(_MEMORY)
