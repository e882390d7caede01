"""The attacks of a user's own files, read from them: nothing is imported."""

from dataclasses import replace
from pathlib import Path

from fcflow.attacks.others.libraries import HERE
from fcflow.errors import InputError
from fcflow.sources import Entry
from fcflow.user_functions import user_entry

# Types that a key of the configuration is checked for. Nothing else that a user's file says of a
# type is looked at, since that would run it.
_CHECKED = ("bool", "float", "int", "str")
_GIVEN = ("model", "x", "source", "target", "bounds")


def own_entry(name: str) -> Entry:
    """Return the entry of an attack in a user's file, with its keyword-only parameters.

    Parameters
    ----------
    name : str
        ``path/file.py:function``.

    Raises
    ------
    InputError
        If there is no such file or function.
    """
    entry = user_entry(name)
    types = {key: written for key, written in entry.types.items() if written in _CHECKED}
    taken = next((key for key in ("bounds", "batch") if key in entry.keywords), None)
    if taken:
        raise InputError(
            f"{name} must take ({', '.join(_GIVEN)}): {taken} is a keyword-only parameter there"
        )
    options = {"label": own_label(name)}
    module = f"{HERE}.own_function"
    return replace(entry, module=module, function="own_attack", options=options, types=types)


def own_label(name: str) -> str:
    """Return what tables call an attack of a user's.

    Examples
    --------
    >>> own_label("attacks/mine.py:pgd")
    'pgd (mine.py)'
    """
    file, _, function = name.rpartition(":")
    return f"{function} ({Path(file).name})"
