"""What an experiment on images chooses by name: its classifier, how it pairs, what it measures.

Each is a function in a file of its own, marked by one of these decorators, and is loaded when a
step needs it. The keyword-only parameters that are its own stand beside its name in the
configuration.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from fcflow.loading import load
from fcflow.sources import Entry, find_entries

PACKAGE = "fcflow.experiments.images"

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


def load_entry(kind: str, name: str) -> Callable[..., Any]:
    """Return the function of a name; ``kind`` is that of its decorator."""
    function: Callable[..., Any] = load(find_entries(PACKAGE, kind)[name].address)
    return function


def labels_of(name: str) -> dict[str, str]:
    """Return what tables call the columns of one measure."""
    labels: dict[str, str] = find_entries(PACKAGE, "measure")[name].options["labels"]
    return labels


def measure_labels() -> dict[str, str]:
    """Return what tables call the columns of all measures.

    Examples
    --------
    >>> measure_labels()["evenness"]
    'evenness N̄/N(0)'
    """
    entries: dict[str, Entry] = find_entries(PACKAGE, "measure")
    return {
        column: text for one in entries.values() for column, text in one.options["labels"].items()
    }


def _unchanged(function: F) -> F:
    return function
