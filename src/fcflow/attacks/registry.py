"""The attacks by name: ours, those of other libraries, and those of a user's own file.

Ours are the functions of this package that are marked by ``@attack``.

An attack is a function

    (model, x, source, target, *, criterion, bounds, batch, **parameters) -> Perturbation

in a file of its own, where the parameters are its own keyword-only ones. Those of other libraries
are named ``foolbox:DDNAttack``, ``torchattacks:PGDL2`` or ``advlib:fmn``, and one's own
``my_attacks.py:pgd``; they stand in :mod:`fcflow.attacks.others`. This module imports none of them,
nor torch, until one is loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from fcflow.attacks.others.libraries import LIBRARIES, is_of_library, library_entry, library_label
from fcflow.attacks.others.own_files import own_entry, own_label
from fcflow.errors import InputError
from fcflow.loading import load
from fcflow.sources import Entry, find_entries
from fcflow.user_functions import is_user_function

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
    own = attack_entry(name).keywords.items()
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
    entry = attack_entry(name)
    run = load(entry.address)
    if is_of_library(name):
        run = partial(run, name.partition(":")[2])
    elif is_user_function(name):
        run = partial(run, name)
    return Attack(name, entry.options["label"], run)


def attack_label(name: str) -> str:
    """Return what tables call an attack, whether it can be run or not.

    Examples
    --------
    >>> attack_label("ddn"), attack_label("advlib:fmn"), attack_label("my_attacks.py:pgd")
    ('DDN', 'fmn (adv_lib)', 'pgd (my_attacks.py)')
    """
    if is_of_library(name):
        return library_label(name)
    if is_user_function(name):
        return own_label(name)
    label: str = attack_entry(name).options["label"]
    return label


def attack_entry(name: str) -> Entry:
    """Return the entry of an attack by its name; nothing is imported.

    Raises
    ------
    InputError
        If there is none, its library is not installed, or its file cannot be read.

    Examples
    --------
    >>> attack_entry("foolbox:DDNAttack").options["label"]
    'DDNAttack (foolbox)'
    """
    if is_of_library(name):
        return library_entry(name)
    if is_user_function(name):
        return own_entry(name)
    entries = attack_entries()
    if name not in entries:
        others = ", ".join(f"{library}:…" for library in LIBRARIES)
        raise InputError(
            f"attack must be one of {', '.join(sorted(entries))}, or {others} or file.py:function,"
            f" got {name!r}"
        )
    return entries[name]
