"""YAML without its silent traps: a key given twice, ``016`` that is 14, ``no`` that is false."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import yaml

from fcflow.errors import ConfigError

# The compiled one is ten times as fast; not every build of PyYAML has it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What YAML 1.1, which PyYAML and so Snakemake reads, takes for something else than it says.
_TRAPS = (
    ("bool", re.compile(r"(?i)y|yes|n|no|on|off"), "{value}", "write true or false"),
    ("int", re.compile(r"[-+]?0[0-7_]+"), "the octal number {value}", "write it without the 0"),
    ("int", re.compile(r"[-+]?[0-9].*_.*"), "{value}", "write it without the _"),
    ("float", re.compile(r"[-+]?[0-9.].*_.*"), "{value}", "write it without the _"),
    ("int", re.compile(r".*:.*"), "the sexagesimal number {value}", "write the number itself"),
    ("float", re.compile(r".*:.*"), "the sexagesimal number {value}", "write the number itself"),
    ("timestamp", re.compile(r".*"), "a date", ""),
)
_TAG = "tag:yaml.org,2002:"


def parse_yaml(text: str, name: str, *, strict: bool = True) -> Any:
    """Return what YAML text holds; JSON, as for Snakemake, by JSON's own rules.

    Parameters
    ----------
    text : str
    name : str
        Of its file.
    strict : bool
        Whether a key that is given twice, and a value that YAML would silently take for another
        than is written there, are refused.

    Raises
    ------
    ConfigError
        If it is not YAML; or with one line for each thing that is refused.

    Examples
    --------
    >>> parse_yaml("{a: 16, a: 17}", "my.yaml")
    Traceback (most recent call last):
    fcflow.errors.ConfigError: my.yaml: line 1: the key 'a' is given in line 1 already: one is lost
    """
    with suppress(ValueError, RecursionError):
        return json.loads(text, object_pairs_hook=_unique)
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        lines = sorted(set(_faults(node, loader, set()))) if node and strict else []
        if not lines:
            return None if node is None else loader.construct_document(node)
    except (yaml.YAMLError, ValueError, LookupError, RecursionError) as error:
        detail = " ".join(str(error).split())
        raise ConfigError(f"{name}: cannot be read as YAML: {detail}") from None
    finally:
        loader.dispose()
    raise ConfigError("\n".join(f"{name}: line {line}: {fault}" for line, fault in lines))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    section = dict(pairs)
    if len(section) < len(pairs):
        raise ValueError("a key is given twice")  # in which line, YAML knows
    return section


def _faults(node: Any, loader: Any, above: set[int]) -> Iterator[tuple[int, str]]:
    """Yield the line and the words of each fault in a node and below it."""
    if isinstance(node, yaml.ScalarNode):
        yield from _traps(node, loader)
        return
    if id(node) in above:
        yield _line(node), "holds itself"
        return
    within = above | {id(node)}
    if isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from _faults(part, loader, within)
        return
    lines: dict[Any, int] = {}
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode):
            named = (key.tag, key.value)
            if named in lines:
                yield (
                    _line(key),
                    f"the key {key.value!r} is given in line {lines[named]} already: one is lost",
                )
            lines.setdefault(named, _line(key))
        yield from _faults(key, loader, within)
        yield from _faults(value, loader, within)


def _traps(node: Any, loader: Any) -> Iterator[tuple[int, str]]:
    if node.style:  # quoted, or a block of text
        return
    for kind, pattern, meaning, remedy in _TRAPS:
        if node.tag == _TAG + kind and pattern.fullmatch(node.value):
            value = loader.construct_object(node)
            value = str(value).lower() if kind == "bool" else value
            shown = meaning.format(value=value)
            advice = f"{remedy}, or in quotes if text is meant" if remedy else "write it in quotes"
            yield _line(node), f"{node.value} would be read as {shown}; {advice}"
            return


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1
