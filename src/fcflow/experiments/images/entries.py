"""What an experiment on images chooses by name: its classifier, how it pairs, what it measures.

Each is a function in a file of its own, marked by one of these decorators, and is loaded when a
step needs it. The keyword-only parameters that are its own stand beside its name in the
configuration.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from fcflow.loading import load
from fcflow.sources import Entry, find_entries
from fcflow.user_functions import is_user_function, user_entry

PACKAGE = "fcflow.experiments.images"
# Types that a key of the configuration is checked for. Whatever else a user's file says of a type
# is not looked at, since that would run it.
_CHECKED = ("bool", "float", "int", "str")

F = TypeVar("F", bound=Callable[..., Any])


def classifier(name: str) -> Callable[[F], F]:
    """Name a function ``(weights, *, device, **own) -> Loaded``; see :mod:`.network`.

    ``weights`` are arrays by their names where a step of the workflow trained the network, and None
    where the function knows where to find them.
    """
    return _unchanged


def pair_maker(name: str) -> Callable[[F], F]:
    """Name a function ``(answers, pixels, classes, model, *, device, **own) -> Paired``.

    See :mod:`.pair`.
    """
    return _unchanged


def measure(name: str, *, labels: Mapping[str, str]) -> Callable[[F], F]:
    """Name a function ``(model, x1, x2, source, target, path, *, batch) -> {column: [n]}``.

    Parameters
    ----------
    name : str
    labels : mapping
        From each column that it returns to what tables call it.
    """
    return _unchanged


# What calls a function of the user's, named as ``path/file.py:function``.
_ADAPTERS = {
    "pair_maker": "fcflow.experiments.images.own.user_pairs:user_pairs",
    "measure": "fcflow.experiments.images.own.user_measure:user_measure",
}


def own_entry(kind: str, name: str) -> Entry:
    """Return the entry of a user's function, with its keyword-only parameters; it is not run.

    One that makes pairs has ``max_pairs`` beside its own.

    Raises
    ------
    InputError
        If there is no such file or function.
    """
    entry = user_entry(name)
    types = {key: written for key, written in entry.types.items() if written in _CHECKED}
    keywords = entry.keywords
    if kind == "pair_maker" and "max_pairs" not in keywords:
        keywords, types = {**keywords, "max_pairs": True}, {**types, "max_pairs": "int"}
    module, _, function = _ADAPTERS[kind].partition(":")
    return replace(entry, module=module, function=function, keywords=keywords, types=types)


def load_entry(kind: str, name: str) -> Callable[..., Any]:
    """Return the function of a name; ``kind`` is that of its decorator."""
    if is_user_function(name):
        return partial(load(_ADAPTERS[kind]), name)
    function: Callable[..., Any] = load(find_entries(PACKAGE, kind)[name].address)
    return function


def load_classifier(kind: str, shape: Sequence[int]) -> tuple[Callable[..., Any], dict[str, Any]]:
    """Return the function that loads a classifier, and what it takes beside its own keys."""
    takes = find_entries(PACKAGE, "classifier")[kind].keywords
    return load_entry("classifier", kind), {"shape": tuple(shape)} if "shape" in takes else {}


def labels_of(name: str) -> dict[str, str] | None:
    """Return what tables call the columns of one measure; None of a user's, which names them."""
    if is_user_function(name):
        return None
    labels: dict[str, str] = find_entries(PACKAGE, "measure")[name].options["labels"]
    return labels


def measure_labels() -> dict[str, str]:
    """Return what tables call the columns of all measures.

    Examples
    --------
    >>> measure_labels()["evenness"]
    'evenness: mean gradient length over that at x1'
    """
    entries: dict[str, Entry] = find_entries(PACKAGE, "measure")
    return {
        column: text for one in entries.values() for column, text in one.options["labels"].items()
    }


def _unchanged(function: F) -> F:
    return function
