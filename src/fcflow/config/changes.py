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
        By dotted names, in their order. What only one of both has, such as a study, is there as a
        whole, and ``None`` in the other.
    """
    before, now = (model.model_dump(mode="json") for model in (shipped, used))
    return dict(_differing(before, now))


def _differing(
    before: Mapping[str, Any], now: Mapping[str, Any], above: str = ""
) -> Iterator[tuple[str, list[Any]]]:
    for key in dict.fromkeys([*before, *now]):
        shipped, used = before.get(key), now.get(key)
        if key in _PLACES or shipped == used:
            continue
        if isinstance(shipped, Mapping) and isinstance(used, Mapping):
            yield from _differing(shipped, used, f"{above}{key}.")
        else:
            yield f"{above}{key}", [shipped, used]
