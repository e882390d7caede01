"""What Python files declare, read from their syntax trees: nothing is imported, nothing is run.

Planning a workflow has to know which tables, figures, claims and attacks there are, and which part
of the configuration each step takes. All of it is declared where it is computed, in modules that
load heavy libraries; reading their syntax trees takes milliseconds where importing takes seconds.
What was read is remembered for each content of a file, beside Python's own caches.
"""

import ast
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fcflow.errors import FcflowError

# For one version of Python, like its own caches: syntax trees may differ from another's.
_MEMORY = Path(__file__).parent / "__pycache__" / f"sources.{sys.implementation.cache_tag}.json"
_REMEMBERED = 2000  # contents of files: ten times what the package has
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_SPELLING = ("kind", "type_comment")  # fields that only say how it is spelt
_NOT_LITERAL = object()
ROOMS = "fcflow.experiments"  # where tables, figures and claims are declared


@dataclass(frozen=True)
class Decorator:
    """A decorator as it is written: its name, and those of its arguments that are literals."""

    name: str
    arguments: list[Any]
    options: dict[str, Any]


@dataclass(frozen=True)
class Function:
    """A function at a module's top level.

    Attributes
    ----------
    line : int
        Where it begins.
    keywords : dict
        Its keyword-only parameters, and whether each has a default.
    decorators : list of Decorator
        Those that are called with arguments.
    types : dict
        The annotations of its keyword-only parameters, as they are written.
    """

    line: int
    keywords: dict[str, bool]
    decorators: list[Decorator]
    types: dict[str, str]


@dataclass(frozen=True)
class Source:
    """What a Python file holds.

    Attributes
    ----------
    digest : str
        Of its code without docstrings and comments: the same wherever the file does the same.
    imports : list of str
        Every dotted name that it imports; names of functions are among them and are no modules.
    names : dict
        What ``from module import name`` brings, as ``{"name": "module.name"}``.
    addresses : list of str
        What calls at the top level are given as text, ``module:function``.
    texts : dict
        Names that the top level gives to literal text.
    functions : dict of Function
    """

    digest: str
    imports: list[str]
    names: dict[str, str]
    addresses: list[str]
    texts: dict[str, str] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """A function that a decorator has given a name, such as an attack, a table or a claim.

    Attributes
    ----------
    name : str
    module, function : str
        Where it is defined.
    options : dict
        The decorator's keyword arguments that are literals.
    keywords : dict
        The function's keyword-only parameters, and whether each has a default.
    types : dict
        Their annotations, as they are written.
    experiment : str
        The section that it is declared for, where it is declared for several
        (:mod:`fcflow.declared`).
    """

    name: str
    module: str
    function: str
    options: dict[str, Any]
    keywords: dict[str, bool]
    types: dict[str, str]
    experiment: str = ""

    @property
    def address(self) -> str:
        """The function as ``module:function``."""
        return f"{self.module}:{self.function}"


@cache
def find_entries(package: str, decorator: str) -> dict[str, Entry]:
    """Return the entries that modules of a package declare with ``@decorator("name", …)``.

    Parameters
    ----------
    package : str
        Such as ``fcflow.attacks``; packages below it are searched too.
    decorator : str
        Such as ``attack``.

    Returns
    -------
    dict
        By name; in the order of the modules' names, within a module in the order of its lines.

    Raises
    ------
    FcflowError
        In one line with file and line number: if a name is not a literal, or stands twice.
    """
    entries: dict[str, Entry] = {}
    for module in modules_of(package):
        path = file_of(module)
        for name, function in read_source(path).functions.items():
            for mark in (each for each in function.decorators if each.name == decorator):
                own = mark.arguments[0] if mark.arguments else None
                place = f"{path}:{function.line}"
                if not isinstance(own, str):
                    raise FcflowError(f"{place}: @{decorator} needs its name as literal text")
                if own in entries:
                    other = entries[own].address
                    raise FcflowError(f"{place}: @{decorator} {own!r} is declared in {other} too")
                keywords, types = function.keywords, function.types
                entries[own] = Entry(own, module, name, mark.options, keywords, types)
    return entries


def modules_of(package: str) -> list[str]:
    """Return the dotted names of a package's modules, those of packages below it included."""
    root = file_of(package).parent
    parts = (path.relative_to(root).with_suffix("").parts for path in root.rglob("*.py"))
    return sorted(".".join([package, *part]).removesuffix(".__init__") for part in parts)


@cache
def file_of(module: str) -> Path:
    """Return the file of one of fcflow's modules or packages."""
    spec = find_spec("fcflow")
    root = Path(next(iter(spec.submodule_search_locations)))  # type: ignore[union-attr,arg-type]
    place = root.joinpath(*module.split(".")[1:])
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


@cache
def read_source(path: Path) -> Source:
    """Return what a Python file holds; each content of a file is parsed once, whoever asks.

    Raises
    ------
    FcflowError
        If the file cannot be read or parsed.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FcflowError(f"{path}: cannot be read as Python: {error}") from None
    key = hashlib.sha256(_way_of_reading() + content).hexdigest()
    _known_before()
    if not _is_whole(_memory().get(key)):
        try:
            tree = ast.parse(content.decode("utf-8"))
        except (SyntaxError, UnicodeDecodeError) as error:
            raise FcflowError(f"{path}: cannot be read as Python: {error}") from None
        _memory()[key] = asdict(_source(tree))
    return _from_memory(_memory()[key])


def _is_whole(content: Any) -> bool:
    return isinstance(content, dict) and content.keys() == Source.__dataclass_fields__.keys()


def _source(tree: ast.Module) -> Source:
    functions = {
        node.name: _function(node) for node in tree.body if isinstance(node, ast.FunctionDef)
    }
    names = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    addresses = [
        str(argument.value)
        for node in tree.body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        for argument in node.value.args
        if isinstance(argument, ast.Constant) and ":" in str(argument.value)
    ]
    texts = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }
    imports = sorted(set(_imported(tree)))
    return Source(_digest(tree), imports, names, addresses, texts, functions)


def _function(node: ast.FunctionDef) -> Function:
    defaults = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    return Function(
        node.lineno,
        {argument.arg: default is not None for argument, default in defaults},
        [
            Decorator(
                each.func.id,
                [
                    value if value is not _NOT_LITERAL else None
                    for value in map(_literal, each.args)
                ],
                _literals((keyword.arg, keyword.value) for keyword in each.keywords),
            )
            for each in node.decorator_list
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
        ],
        {
            argument.arg: ast.unparse(argument.annotation)
            for argument in node.args.kwonlyargs
            if argument.annotation is not None
        },
    )


def _literals(pairs: Iterator[tuple[Any, ast.expr]]) -> dict[str, Any]:
    values = ((key, _literal(node)) for key, node in pairs)
    return {key: value for key, value in values if value is not _NOT_LITERAL}


def _literal(node: ast.expr) -> Any:
    """Return the value of a literal, and of ``SCHEMA.at("path")`` the path."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "at"
        and len(node.args) == 1
    ):
        return _literal(node.args[0])
    if isinstance(node, ast.Dict):
        keys = [_NOT_LITERAL if key is None else _literal(key) for key in node.keys]
        values = [_literal(value) for value in node.values]
        whole = _NOT_LITERAL not in [*keys, *values]
        return dict(zip(keys, values, strict=True)) if whole else _NOT_LITERAL
    try:
        return json.loads(json.dumps(ast.literal_eval(node)))  # as it is when remembered
    except (ValueError, TypeError):
        return _NOT_LITERAL


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _digest(tree: ast.Module) -> str:
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return hashlib.sha256(_written(tree).encode()).hexdigest()[:16]


def _written(node: Any) -> str:
    """Return a syntax tree as text that is the same in every version of Python.

    ``ast.dump`` is not: versions differ in the fields that a node has, and in whether they write
    those that are empty. So what is empty is left out.
    """
    if isinstance(node, ast.AST):
        fields = [
            f"{name}={_written(value)}"
            for name, value in ast.iter_fields(node)
            if value is not None and value != [] and name not in _SPELLING
        ]
        return f"{type(node).__name__}({', '.join(fields)})"
    if isinstance(node, list):
        return f"[{', '.join(map(_written, node))}]"
    return repr(node)


def _from_memory(content: Mapping[str, Any]) -> Source:
    functions = {
        name: Function(**{**each, "decorators": [Decorator(**mark) for mark in each["decorators"]]})
        for name, each in content["functions"].items()
    }
    return Source(**{**content, "functions": functions})


@cache
def _way_of_reading() -> bytes:
    return hashlib.sha256(Path(__file__).read_bytes()).digest()


@cache
def _memory() -> dict[str, Any]:
    """Return what was read of each content seen: a second saved whenever Snakemake starts."""
    try:
        return dict(json.loads(_MEMORY.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


@cache
def _known_before() -> frozenset[str]:
    return frozenset(_memory())


def remember() -> None:
    """Write what was read to disk, where anything new was."""
    if _known_before() >= _memory().keys():
        return
    latest = dict(list(_memory().items())[-_REMEMBERED:])
    with suppress(OSError):  # an installation that cannot be written to works without a memory
        _MEMORY.parent.mkdir(exist_ok=True)
        own = _MEMORY.with_suffix(f".{os.getpid()}")
        own.write_text(json.dumps(latest), encoding="utf-8")
        own.replace(_MEMORY)
