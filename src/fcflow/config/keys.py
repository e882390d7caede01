"""What every key of the configuration means, read from where it is declared."""

from collections.abc import Iterator
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel

from fcflow.config.models import Config
from fcflow.config.named import named_kind


class Key(NamedTuple):
    """A key of the configuration.

    Attributes
    ----------
    name : str
        With the sections above it, such as ``linear.batch_size``.
    meaning : str
        What it means, and where in the papers it comes from.
    """

    name: str
    meaning: str


def configuration_keys(section: str = "") -> list[Key]:
    """Return every key of the configuration, or of one of its sections, in the order of its file.

    Examples
    --------
    >>> configuration_keys("statistics")[0].name
    'statistics.resamples'
    """
    return [
        key for key in _keys(Config, "") if f"{key.name}.".startswith(f"{section}." * bool(section))
    ]


def _keys(model: type[BaseModel], above: str) -> Iterator[Key]:
    for name, field in model.model_fields.items():
        place = f"{above}{name}"
        below = _section(field.annotation)
        if field.description or below is None:
            yield Key(place, " ".join((field.description or "").split()))
        if below is not None:
            several = {list: "[]", dict: ".<name>"}
            kinds = [several[kind] for kind in several if kind in _origins(field.annotation)]
            yield from _keys(below, f"{place}{''.join(kinds)}.")
    if named := named_kind(model):
        yield from _keys(named, f"{above}<name>.")


def _origins(annotation: Any) -> set[Any]:
    """Return the kinds of collections that an annotation is made of."""
    return {get_origin(annotation)}.union(*(_origins(part) for part in get_args(annotation)))


def _section(annotation: Any) -> type[BaseModel] | None:
    """Return the section that a key holds, or that each entry of a key holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    sections = (_section(part) for part in get_args(annotation))
    return next((section for section in sections if section is not None), None)
