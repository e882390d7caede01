"""The attacks by name: every function of this package that is marked by ``@attack``.

An attack is a function

    (model, x, source, target, *, criterion, bounds, batch, **parameters) -> Perturbation

in a file of its own, where the parameters are its own keyword-only ones. This module imports none
of them, nor torch, until one is loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from fcflow.errors import InputError
from fcflow.loading import load
from fcflow.sources import Entry, find_entries

if TYPE_CHECKING:
    from fcflow.perturbations import Perturbation

# What every attack is given; its other keyword-only parameters are its own.
COMMON = ("criterion", "bounds", "batch")

F = TypeVar("F", bound="Callable[..., Perturbation]")


@dataclass(frozen=True)
class Attack:
    """An attack that was loaded."""

    name: str
    label: str
    run: Callable[..., Perturbation]


def attack(name: str, *, label: str) -> Callable[[F], F]:
    """Put a function on the list of attacks, under a name and with a label for tables.

    Both are read from the file, and must be literal strings.
    """

    def unchanged(function: F) -> F:
        return function

    return unchanged


def attack_entries() -> dict[str, Entry]:
    """Return the entries of all attacks by name.

    Examples
    --------
    >>> sorted(attack_entries())
    ['ddn', 'descent', 'fast_l2', 'fast_sign', 'iterated', 'minimal']
    """
    return find_entries(__package__ or "fcflow.attacks", "attack")


def attack_parameters(name: str) -> dict[str, bool]:
    """Return an attack's own parameters, and whether each has a default.

    Raises
    ------
    InputError
        If there is no attack of that name.

    Examples
    --------
    >>> attack_parameters("descent")
    {'step_share': True, 'steps': True}
    """
    own = _entry(name).keywords.items()
    return {parameter: default for parameter, default in own if parameter not in COMMON}


def load_attack(name: str) -> Attack:
    """Import the attack of that name.

    Raises
    ------
    InputError
        If there is no attack of that name.

    Examples
    --------
    >>> load_attack("fast_l2").label
    'fast gradient'
    """
    entry = _entry(name)
    return Attack(name, entry.options["label"], load(entry.address))


def _entry(name: str) -> Entry:
    entries = attack_entries()
    if name not in entries:
        raise InputError(f"attack must be one of {', '.join(sorted(entries))}, got {name!r}")
    return entries[name]
