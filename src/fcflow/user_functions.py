"""Functions of the user's own, named as ``path/file.py:function``.

A file is read to check what a configuration names, and imported when a step calls the function,
never before. What its code is, with the files beside it that it imports, makes steps run again.
"""

import ast
import hashlib
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from fcflow.errors import FcflowError, InputError
from fcflow.sources import Entry, Source, read_source

_NAMED = re.compile(r"(?P<file>.+\.py):(?P<function>[A-Za-z_]\w*)")


def is_user_function(name: object) -> bool:
    """Tell whether a name is one of a function in a file.

    Examples
    --------
    >>> is_user_function("models/mine.py:small_cnn"), is_user_function("ddn")
    (True, False)
    """
    return isinstance(name, str) and _NAMED.fullmatch(name) is not None


def user_entry(name: str) -> Entry:
    """Return what the file says of a function, without importing it.

    Parameters
    ----------
    name : str
        ``file.py:function``, the file relative to the working directory.

    Returns
    -------
    Entry
        Its ``module`` is the file; a class has no keyword-only parameters here.

    Raises
    ------
    InputError
        If there is no such file, it is no Python, or has no such function at its top level.
    """
    path, function = _parts(name)
    source = _read(path)
    if function in source.functions:
        own = source.functions[function]
        return Entry(name, str(path), function, {}, own.keywords, own.types)
    others = _defined(path)
    if function in others:
        return Entry(name, str(path), function, {}, {}, {})
    functions = ", ".join([*source.functions, *others]) or "nothing"
    raise InputError(f"{path} defines no {function}; at its top level it defines {functions}")


def user_code(name: str) -> dict[str, str]:
    """Return the identity of a function's file, and of the files beside it that it imports.

    Returns
    -------
    dict
        File to the hash of its code, as :func:`~fcflow.provenance.code.code_identity` has it of
        modules: comments and docstrings do not count.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    path, _ = _parts(name)
    identity: dict[str, str] = {}
    waiting = [path]
    while waiting:
        file = waiting.pop()
        if str(file) in identity:
            continue
        source = _read(file)
        identity[str(file)] = source.digest
        waiting += _beside(path.parent, source)
    return dict(sorted(identity.items()))


def load_user_function(name: str) -> Callable[..., Any]:
    """Import a file and return its function.

    The file may import others of its folder. A file that was imported already in this process is
    imported again only if its code has changed.

    Raises
    ------
    InputError
        In one line, if the file cannot be imported: with where and how it failed.
    """
    entry = user_entry(name)
    path = Path(entry.module).resolve()
    module = sys.modules.get(_module_name(name)) or _imported(path, name)
    function: Callable[..., Any] = getattr(module, entry.function)
    return function


def told_in_a_line(name: str) -> Callable[..., Any]:
    """Return a function of the user's, as its file is now, whose errors are one line each.

    Raises
    ------
    InputError
        As :func:`load_user_function`; and when it is called and raises, with where and how.
    """
    function = load_user_function(name)
    folder = _parts(name)[0].resolve().parent

    def call(*arguments: Any, **options: Any) -> Any:
        with _told_in_a_line(name), _folder_on_path(folder):
            return function(*arguments, **options)

    return call


def call_user_function(name: str, *arguments: Any, **options: Any) -> Any:
    """Call a function of the user's once.

    Raises
    ------
    InputError
        In one line, if it cannot be imported or raises: with where and how it failed.
    """
    return told_in_a_line(name)(*arguments, **options)


def _parts(name: str) -> tuple[Path, str]:
    named = _NAMED.fullmatch(name)
    if named is None:
        raise InputError(f"a function of yours is named path/file.py:function, got {name!r}")
    return Path(named["file"]), named["function"]


def _read(path: Path) -> Source:
    if not path.is_file():
        raise InputError(f"there is no file {path}; its path is relative to the working directory")
    try:
        return read_source.__wrapped__(path)  # as it is now: it may be edited between two calls
    except FcflowError as error:
        raise InputError(str(error)) from None


def _defined(path: Path) -> list[str]:
    """Return the classes of a file, and the names that its top level assigns or imports."""
    names: list[str] = []
    for node in ast.parse(path.read_bytes()).body:
        if isinstance(node, ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.ImportFrom):
            names += [alias.asname or alias.name for alias in node.names]
    return names


def _beside(folder: Path, source: Source) -> list[Path]:
    """Return the files of a folder that a file in it imports, packages included."""
    files: list[Path] = []
    for imported in source.imports:
        place = folder.joinpath(*imported.split("."))
        files += [
            file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()
        ]
    return files


def _module_name(name: str) -> str:
    """Return a name for the file in its present state, for ``sys.modules``."""
    state = f"{_parts(name)[0].resolve()} {user_code(name)}"
    return f"fcflow_user_{hashlib.sha256(state.encode()).hexdigest()[:16]}"


def _imported(path: Path, name: str) -> ModuleType:
    spec = spec_from_file_location(_module_name(name), path)
    if spec is None or spec.loader is None:
        raise InputError(f"{path} cannot be imported as Python")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses and the like look their module up
    try:
        with _told_in_a_line(name), _folder_on_path(path.parent):
            spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[spec.name]
        raise
    return module


@contextmanager
def _folder_on_path(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


@contextmanager
def _told_in_a_line(name: str) -> Iterator[None]:
    """Tell an error of the user's code with the last of its lines that led there."""
    try:
        yield
    except (Exception, SystemExit) as error:
        file = _parts(name)[0]
        steps = traceback.extract_tb(error.__traceback__)
        own = [step for step in steps if Path(step.filename).name == file.name]
        line = f", line {own[-1].lineno}" if own else ""
        last = " ".join("".join(traceback.format_exception_only(error)).split())
        raise InputError(f"{name} failed ({file}{line}): {last}") from error
