"""What every key of the configuration means, read from where it is declared."""

from collections.abc import Iterator
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel

from fcflow.config.models import Config


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
            own = isinstance(field.annotation, type)
            yield from _keys(below, f"{place}." if own else f"{place}.<name>.")


def _section(annotation: Any) -> type[BaseModel] | None:
    """Return the section that a key holds, or that each entry of a key holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    sections = (_section(part) for part in get_args(annotation))
    return next((section for section in sections if section is not None), None)
