"""The attacks that other libraries have, read from their files: nothing of them is imported."""

import ast
import difflib
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fcflow.errors import InputError
from fcflow.sources import Entry

HERE = "fcflow.attacks.others"


@dataclass(frozen=True)
class Library:
    """A library of attacks.

    Attributes
    ----------
    package : str
        Its top-level package.
    exported : str
        The module that has all attacks by their names.
    folder : str
        Where in the package they are defined.
    adapter : str
        Our function that calls one, ``module:function``.
    install : str
        What brings it.
    first : tuple of str
        The parameters that are given by us.
    boxed : bool
        Whether it keeps points in [0, 1] whatever it is told.
    """

    package: str
    exported: str
    folder: str
    adapter: str
    install: str
    first: tuple[str, ...]
    boxed: bool


LIBRARIES = {
    "foolbox": Library(
        "foolbox",
        "foolbox.attacks",
        "attacks",
        f"{HERE}.foolbox_attacks:foolbox_attack",
        'pip install "fcflow[paper]"',
        ("self",),
        False,
    ),
    "torchattacks": Library(
        "torchattacks",
        "torchattacks",
        "attacks",
        f"{HERE}.torchattacks_attacks:torchattacks_attack",
        "pip install torchattacks",
        ("self", "model"),
        True,
    ),
    "advlib": Library(
        "adv_lib",
        "adv_lib.attacks",
        "attacks",
        f"{HERE}.adversarial_library:adversarial_library_attack",
        "pip install adv-lib",
        ("model", "inputs", "labels", "targeted", "callback"),
        True,
    ),
}
# What is suggested where nothing is like what was asked for.
_EXAMPLES = {"foolbox": "DDNAttack", "torchattacks": "PGDL2", "advlib": "ddn"}
# Foolbox's attacks of a given size are given it where they are run.
_OF_A_SIZE = "FixedEpsilonAttack"


def is_of_library(name: str) -> bool:
    """Return whether a name is that of another library's attack.

    Examples
    --------
    >>> is_of_library("foolbox:DDNAttack"), is_of_library("ddn"), is_of_library("my.py:pgd")
    (True, False, False)
    """
    return name.partition(":")[0] in LIBRARIES and ":" in name


def library_label(name: str) -> str:
    """Return what tables call an attack of another library.

    Examples
    --------
    >>> library_label("torchattacks:PGDL2")
    'PGDL2 (torchattacks)'
    """
    prefix, _, attack = name.partition(":")
    return f"{attack} ({LIBRARIES[prefix].package})"


def library_entry(name: str) -> Entry:
    """Return the entry of an attack of another library, with its parameters.

    Parameters
    ----------
    name : str
        ``library:attack``.

    Raises
    ------
    InputError
        If the library is not installed, or has no such attack.

    Examples
    --------
    >>> library_entry("foolbox:DDNAttack").keywords
    {'init_epsilon': True, 'steps': True, 'gamma': True}
    """
    prefix, _, attack = name.partition(":")
    library = LIBRARIES[prefix]
    if find_spec(library.package) is None:
        message = f"{name} needs {library.package}, which is not installed: {library.install}"
        raise InputError(message)
    texts = _texts(prefix)
    found = _definition(texts, _alias(texts, attack))
    if found is None:
        known = sorted(_names(texts))
        like = difflib.get_close_matches(attack, known, n=1, cutoff=0.4)
        hint = like[0] if like else _EXAMPLES[prefix]
        raise InputError(f"{library.package} has no attack {attack!r}, did you mean {hint!r}?")
    arguments, sized = _arguments(texts, found)
    keywords, types = ({}, {}) if arguments is None else _parameters(arguments, library.first)
    if sized:
        keywords, types = {"epsilon": False, **keywords}, {"epsilon": "float", **types}
    module, _, function = library.adapter.partition(":")
    options = {"label": library_label(name), "boxed": library.boxed}
    return Entry(name, module, function, options, keywords, types)


@cache
def _texts(prefix: str) -> tuple[str, ...]:
    """Return the text of each file of a library's attacks."""
    library = LIBRARIES[prefix]
    spec = find_spec(library.package)
    places = spec.submodule_search_locations if spec else None
    folders = [Path(place) / library.folder for place in places or ()]
    files = [file for folder in folders for file in sorted(folder.rglob("*.py"))]
    return tuple(file.read_text(encoding="utf-8") for file in files)


_DEFINED = re.compile(r"^(?:class|def) ([A-Za-z]\w*)\s*[(:]", re.MULTILINE)
_RENAMED = re.compile(r"^(\w+) = (\w+)$", re.MULTILINE)


def _names(texts: tuple[str, ...]) -> set[str]:
    return {name for text in texts for name in _DEFINED.findall(text)}


def _alias(texts: tuple[str, ...], name: str) -> str:
    """Return the class that a short name, such as Foolbox's ``L2PGD``, stands for."""
    renamed = dict(pair for text in texts for pair in _RENAMED.findall(text))
    seen: set[str] = set()
    while name in renamed and name not in seen:
        seen.add(name)
        name = renamed[name]
    return name


def _definition(texts: tuple[str, ...], name: str) -> ast.FunctionDef | ast.ClassDef | None:
    """Return the function or class of a name."""
    text = next((text for text in texts if name in _DEFINED.findall(text)), None)
    nodes = [] if text is None else ast.parse(text).body
    kinds = (ast.FunctionDef, ast.ClassDef)
    return next((one for one in nodes if isinstance(one, kinds) and one.name == name), None)


def _arguments(
    texts: tuple[str, ...], node: ast.FunctionDef | ast.ClassDef
) -> tuple[ast.arguments | None, bool]:
    """Return what a function or a class takes, and whether it is an attack of a given size."""
    if isinstance(node, ast.FunctionDef):
        return node.args, False
    made = (one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__")
    own = next((one.args for one in made), None)
    bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
    below = [found for base in bases if (found := _definition(texts, base)) is not None]
    known = [_arguments(texts, base) for base in below]
    inherited = next((arguments for arguments, _ in known if arguments is not None), None)
    sized = _OF_A_SIZE in bases or any(one for _, one in known)
    return inherited if own is None else own, sized


def _parameters(
    arguments: ast.arguments, given: tuple[str, ...]
) -> tuple[dict[str, bool], dict[str, str]]:
    """Return the parameters that are not given by us, whether each has a default, and types."""
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults))
    pairs = zip(
        [*plain, *arguments.kwonlyargs],
        [*defaults, *arguments.defaults, *arguments.kw_defaults],
        strict=True,
    )
    own = [(one, default) for one, default in pairs if one.arg not in given]
    keywords = {one.arg: default is not None for one, default in own}
    floats = {one.arg: "float" for one, default in own if _is_number(one.annotation, default)}
    return keywords, floats


def _is_number(annotation: ast.expr | None, default: ast.expr | None) -> bool:
    if annotation is not None:
        return ast.unparse(annotation) in ("float", "Optional[float]")
    return isinstance(default, ast.BinOp) or (
        isinstance(default, ast.Constant) and isinstance(default.value, float)
    )
