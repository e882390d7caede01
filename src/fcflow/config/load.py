"""From YAML files to a checked configuration, with every fault reported at once."""

import json
import types
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from fcflow.config.messages import hint, message
from fcflow.config.models import Config, Everywhere, own_sections
from fcflow.config.named import named_kind
from fcflow.config.yaml_text import parse_yaml
from fcflow.errors import ConfigError


def read_config(paths: Sequence[str | Path]) -> Everywhere:
    """Read configuration files, each deep-merged over those before it, and check the result.

    Parameters
    ----------
    paths : sequence of paths
        YAML files, the most general first.

    Returns
    -------
    Everywhere
        With the section of every experiment.

    Raises
    ------
    ConfigError
        With one line for each fault, as ``file: key.path: message``.
    """
    return check_config([(str(path), read_yaml(path)) for path in paths])


def missing_files(config: Everywhere) -> dict[str, str]:
    """Return what the user's own sections name that is not there, in words, by their keys."""
    return {
        f"{place}.{key}": what
        for place, section in own_sections(config).items()
        for key, what in section.missing().items()
    }


def check_config(sources: Sequence[tuple[str, Mapping[str, Any]]]) -> Everywhere:
    """Merge named configurations, the most general first, and check the result.

    Raises
    ------
    ConfigError
        With one line for each fault, naming the source that set the value at fault.

    Examples
    --------
    >>> check_config([("a.yaml", {"sed": 1})])
    Traceback (most recent call last):
    fcflow.errors.ConfigError: a.yaml: ablations: is missing
    a.yaml: device: is missing
    a.yaml: dimension: is missing
    a.yaml: images: is missing
    a.yaml: linear: is missing
    a.yaml: relu: is missing
    a.yaml: sed: unknown key, did you mean 'seed'?
    a.yaml: seed: is missing
    a.yaml: statistics: is missing
    a.yaml: theory: is missing
    a.yaml: vulnerability: is missing
    """
    try:
        return Config.model_validate(merge(*(content for _, content in sources)))
    except ValidationError as error:
        lines = sorted({_line(fault, sources) for fault in error.errors()})
        raise ConfigError("\n".join(lines)) from None


def config_schema() -> str:
    """Return the JSON schema of the configuration, as stored in ``config/schema.json``."""
    return json.dumps(Config.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def read_yaml(path: str | Path, *, strict: bool = True) -> Mapping[str, Any]:
    """Read one configuration file; nothing in it is evaluated.

    Raises
    ------
    ConfigError
        In lines that name the file: if it is missing, is not YAML, holds no keys, gives a key twice
        or has a value that YAML reads as something else than it says. The last two only if
        ``strict``.
    """
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: is missing; check the path given to --configfile, and write -- between the"
            " last such file and what is asked for"
        ) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(
            f"{path}: line {line}: is not UTF-8 text; save the file as UTF-8"
        ) from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from None
    content = parse_yaml(text, str(path), strict=strict)
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: must hold keys and values, got {type(content).__name__}")
    return content


def merge(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """Merge configurations, each over those before it: sections by key, anything else whole.

    Examples
    --------
    >>> merge({"a": {"b": 1, "c": [1, 2]}}, {"a": {"c": [3]}})
    {'a': {'b': 1, 'c': [3]}}
    """
    merged: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            below = merged.get(key)
            inside = isinstance(value, Mapping) and isinstance(below, Mapping)
            merged[key] = merge(below, value) if inside else value  # type: ignore[arg-type]
    return merged


def as_written(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``--config`` gave, nested values, which Snakemake leaves as text, read as YAML.

    Raises
    ------
    ConfigError
        As for a file.

    Examples
    --------
    >>> as_written({"linear": {"hidden": "300", "points": "auto"}})
    {'linear': {'hidden': 300, 'points': 'auto'}}
    """
    return {key: _as_written(value, str(key), nested=False) for key, value in given.items()}


def _as_written(value: Any, place: str, *, nested: bool) -> Any:
    if isinstance(value, Mapping):
        return {
            key: _as_written(below, f"{place}.{key}", nested=True) for key, below in value.items()
        }
    if isinstance(value, list):
        return [_as_written(part, place, nested=True) for part in value]
    return parse_yaml(value, f"--config: {place}") if nested and isinstance(value, str) else value


def _line(fault: Any, sources: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    location = [part for part in fault["loc"] if part != "[key]"]
    return (
        f"{_source(location, sources)}: {'.'.join(map(str, location)) or 'configuration'}:"
        f" {_message(fault)}"
    )


def _message(fault: Any) -> str:
    if fault["type"] != "extra_forbidden":
        return message(fault)
    *place, key = fault["loc"]
    if _is_of_ones_own(place, key):
        return f"{place[-1]} is a section of the papers'; give your own another name"
    return f"unknown key{hint(str(key), _keys(place))}"


def _is_of_ones_own(place: Sequence[Any], key: Any) -> bool:
    """Return whether a key belongs into sections of the user's, beside that in which it stands."""
    if not place or not (above := _section_at(place[:-1])):
        return False
    kind = named_kind(above)
    return kind is not None and place[-1] in above.model_fields and key in kind.model_fields


def _source(location: Sequence[Any], sources: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Return the last source that sets the key at fault, or the nearest section above it."""
    for length in range(len(location), 0, -1):
        holding = [name for name, content in sources if _holds(content, location[:length])]
        if holding:
            return holding[-1]
    return sources[-1][0] if sources else "configuration"


def _holds(content: Any, location: Sequence[Any]) -> bool:
    for part in location:
        inside = isinstance(content, list) and isinstance(part, int) and part < len(content)
        if inside or (isinstance(content, Mapping) and part in content):
            content = content[part]
        else:
            return False
    return True


def _keys(location: list[Any]) -> list[str]:
    """Return the known keys of the section at a location."""
    section = _section_at(location)
    return sorted(section.model_fields) if section else []


def _section_at(location: Sequence[Any]) -> Any:
    """Return the class of the section at a location, None where there is no section."""
    section: Any = Config
    for part in location:
        annotation = _annotation(section, part)
        section = next(_sections(annotation), annotation)
    return section if _is_section(section) else None


def _annotation(section: Any, part: Any) -> Any:
    if not _is_section(section):
        return get_args(section)[-1]
    fields = section.model_fields
    return fields[part].annotation if part in fields else named_kind(section)


def _sections(annotation: Any) -> Iterator[Any]:
    """Yield the sections, or mappings to sections, that an annotation admits."""
    if _is_section(annotation) or get_origin(annotation) is dict:
        yield annotation
    elif get_origin(annotation) in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from _sections(member)


def _is_section(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
