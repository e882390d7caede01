"""Functions that are named where they are chosen, and imported where they are needed."""

from importlib import import_module
from typing import Any


def load(address: str) -> Any:
    """Return what ``module:name`` names.

    Examples
    --------
    >>> load("fcflow.version:VERSION") == load("fcflow.version").VERSION
    True
    """
    module, _, name = address.partition(":")
    return getattr(import_module(module), name) if name else import_module(module)
