"""Entries: functions that a decorator puts on a list, found by reading files instead of importing.

A package may hold many functions of one kind, such as attacks, each in a file of its own and marked
by a decorator with its name. What there is can then be asked for without importing any of them, and
a new one needs no other edit than its own file.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fcflow.errors import EntryError


@dataclass(frozen=True)
class Entry:
    """A function that its decorator names, as its file says.

    Attributes
    ----------
    module, function : str
        Where it is defined.
    keywords : dict
        The decorator's keyword arguments that are literals.
    parameters : dict of str to bool
        The function's keyword-only parameters in their order, and whether each has a default.
    place : str
        ``file:line`` of the decorator.
    """

    module: str
    function: str
    keywords: dict[str, Any]
    parameters: dict[str, bool]
    place: str

    def load(self) -> Any:
        """Import the module, and return the function."""
        return getattr(import_module(self.module), self.function)


def find_entries(package: str, decorator: str) -> dict[str, Entry]:
    """Return the entries of a package by name, in the order of its files, without importing it.

    Parameters
    ----------
    package : str
        With dots. The files of its folder and of all folders below are read.
    decorator : str
        The decorator's own name; its first argument is the entry's.

    Raises
    ------
    EntryError
        As ``file:line: ...``, if a file is not Python, the decorator is not called with a literal
        string first, a name is defined twice, or what is decorated is not a module's function.

    Examples
    --------
    >>> find_entries("fcflow.attacks", "attack")["ddn"].function
    'ddn'
    """
    entries: dict[str, Entry] = {}
    folder = _folder(package)
    for file in sorted(folder.rglob("*.py")):
        parts = file.relative_to(folder).with_suffix("").parts
        module = ".".join((package, *(part for part in parts if part != "__init__")))
        for name, entry in _in_file(file, module, decorator):
            if name in entries:
                first = entries[name].place
                raise EntryError(f"{entry.place}: {name!r} is defined at {first} already")
            entries[name] = entry
    return entries


def _folder(package: str) -> Path:
    """Return a package's folder; only the outermost package is looked up, and none is imported."""
    root, *inner = package.split(".")
    spec = find_spec(root)
    places = spec.submodule_search_locations if spec else None
    folder = Path(places[0]).joinpath(*inner) if places else None
    if folder is None or not folder.is_dir():
        raise EntryError(f"{package} is not a package")
    return folder


def _in_file(file: Path, module: str, decorator: str) -> Iterator[tuple[str, Entry]]:
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise EntryError(f"{file}:{error.lineno}: {error.msg}") from None

    for node in ast.walk(tree):
        for mark in getattr(node, "decorator_list", []):
            call = mark.func if isinstance(mark, ast.Call) else mark
            if getattr(call, "id", getattr(call, "attr", None)) != decorator:
                continue
            place = f"{file}:{mark.lineno}"
            if not isinstance(node, ast.FunctionDef) or node not in tree.body:
                raise EntryError(f"{place}: @{decorator} must stand above a module's function")
            name = _name(mark, decorator, place)
            keywords = dict(_literals(mark.keywords)) if isinstance(mark, ast.Call) else {}
            yield name, Entry(module, node.name, keywords, _parameters(node.args), place)


def _name(mark: ast.expr, decorator: str, place: str) -> str:
    first = mark.args[0] if isinstance(mark, ast.Call) and mark.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value
    raise EntryError(f"{place}: @{decorator} must be called with a name first, a literal string")


def _literals(keywords: list[ast.keyword]) -> Iterator[tuple[str, Any]]:
    """Yield the keyword arguments that are literals; others are known only once imported."""
    for keyword in keywords:
        try:
            value = ast.literal_eval(keyword.value)
        except ValueError:
            continue
        if keyword.arg is not None:
            yield keyword.arg, value


def _parameters(arguments: ast.arguments) -> dict[str, bool]:
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return {argument.arg: default is not None for argument, default in pairs}
