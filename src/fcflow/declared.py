"""What the experiments declare, once for each section of the configuration that it is about.

A table, figure or claim whose name holds ``{own}`` is declared once for every section that the user
has named, and one whose name holds ``{images}`` for every experiment on images, those included.
What else is said of it may hold the same words, or ``{called}`` where people read it, and its
function is given ``experiment``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from fcflow.errors import FcflowError
from fcflow.sources import ROOMS, Entry, file_of, find_entries

OWN, EVERY, CALLED = "{own}", "{images}", "{called}"
# What people call the data of an experiment; a section of the user's own keeps its name.
_CALLED = {"mnist": "MNIST", "imagenet": "ImageNet"}
_IMAGES = f"{ROOMS}.images"


def declared_entries(kind: str, own: Iterable[str] = ()) -> dict[str, Entry]:
    """Return what the experiments declare with a decorator, by name.

    Parameters
    ----------
    kind : {"table", "figure", "claim", "simulation"}
    own : iterable of str
        The sections that the user has named.

    Raises
    ------
    FcflowError
        If what a section declares has the name of something else.

    Examples
    --------
    >>> "table5" in declared_entries("table"), "mine" in declared_entries("table", ["mine"])
    (True, True)
    """
    names = tuple(own)
    entries: dict[str, Entry] = {}
    for entry in find_entries(ROOMS, kind).values():
        for one in _each(entry, names):
            if one.name in entries:
                raise FcflowError(
                    f"images.{one.experiment}: the {kind} {one.name} is another's already; give the"
                    " section another name"
                )
            entries[one.name] = one
    return entries


def experiments_of(text: str, own: Sequence[str] = ()) -> list[str]:
    """Return the experiments that a declared text is about, nothing where it names none.

    Examples
    --------
    >>> experiments_of("{own}_paths", ["mine"]), experiments_of("table5", ["mine"])
    (['mine'], [])
    """
    if OWN in text:
        return list(own)
    return [*shipped_images(), *own] if EVERY in text else []


def is_pattern(text: str) -> bool:
    """Return whether a declared text is about experiments that it does not name."""
    return OWN in text or EVERY in text


def shipped_images() -> list[str]:
    """Return the experiments on images that the package has."""
    folder = file_of(_IMAGES).parent
    return sorted(path.parent.name for path in folder.glob("*/settings.py"))


def called(experiment: str) -> str:
    """Return what people call an experiment on images.

    Examples
    --------
    >>> called("imagenet"), called("my_digits")
    ('ImageNet', 'my_digits')
    """
    return _CALLED.get(experiment, experiment)


def filled(content: Any, experiment: str) -> Any:
    """Return declared text, or texts in lists and mappings, with the experiment's name filled in.

    Examples
    --------
    >>> filled({"reads": ["results/{own}/pairs.parquet"]}, "mine")
    {'reads': ['results/mine/pairs.parquet']}
    >>> filled("Factors of {called}", "mnist")
    'Factors of MNIST'
    """
    if isinstance(content, str):
        named = content.replace(OWN, experiment).replace(EVERY, experiment)
        return named.replace(CALLED, called(experiment))
    if isinstance(content, dict):
        return {key: filled(value, experiment) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return type(content)(filled(value, experiment) for value in content)
    return content


def _each(entry: Entry, own: Sequence[str]) -> list[Entry]:
    if not is_pattern(entry.name):
        return [entry]
    return [
        replace(
            entry,
            name=filled(entry.name, name),
            options=filled(entry.options, name),
            experiment=name,
        )
        for name in experiments_of(entry.name, own)
    ]
