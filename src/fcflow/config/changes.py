"""Which keys of a configuration are not as shipped."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

# What says where something runs or lies, and nothing about a number.
_PLACES = ("device", "folder")


def changed_keys(used: BaseModel, shipped: BaseModel) -> dict[str, list[Any]]:
    """Return the keys that differ, each with its value as shipped and as used.

    Parameters
    ----------
    used, shipped : model of the configuration
        Of the same kind.

    Returns
    -------
    dict
        By dotted names, in their order; a key that only one of both has is ``None`` in the other.
    """
    before, now = (dict(_flat(model.model_dump(mode="json"))) for model in (shipped, used))
    keys = [*before, *(key for key in now if key not in before)]
    return {
        key: [before.get(key), now.get(key)]
        for key in keys
        if before.get(key) != now.get(key) and key.rpartition(".")[2] not in _PLACES
    }


def _flat(part: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in part.items():
        name = f"{above}{key}"
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{name}.")
        else:
            yield name, value
