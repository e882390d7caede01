"""Libraries of attacks that are imported where they are installed."""

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from fcflow.attacks.goal import Goal
from fcflow.attacks.others.libraries import LIBRARIES
from fcflow.errors import InputError


def installed(name: str) -> ModuleType:
    """Import the library of an attack, ``library:attack``, and return what holds its attacks.

    Raises
    ------
    InputError
        If it is not installed, cannot be imported, or has no such attack.
    """
    prefix, _, attack = name.partition(":")
    library = LIBRARIES[prefix]
    # adversarial-library imports a package that draws curves, which nothing here asks it to draw.
    drawing = ModuleType("visdom") if find_spec("visdom") is None else None
    if drawing:
        sys.modules["visdom"] = drawing
    try:
        found = import_module(library.exported)
    except ImportError as error:
        raise InputError(f"{name}: {library.package} cannot be imported: {error}") from error
    finally:
        if drawing:
            sys.modules.pop("visdom", None)
    if not hasattr(found, attack):
        raise InputError(f"{name}: {library.exported} has no attack {attack!r}")
    return found


def unit_box(name: str, goal: Goal) -> None:
    """Refuse other bounds than (0, 1) for an attack that clips to these whatever it is told."""
    if goal.bounds != (0.0, 1.0):
        raise InputError(f"{name} keeps points in [0, 1]: its bounds must be (0, 1)")
