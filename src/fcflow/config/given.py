"""The configuration as Snakemake was given it: by which files, and what by none of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fcflow.config.load import as_written, check_config, merge, read_yaml
from fcflow.config.models import Everywhere

COMMAND_LINE = "--config"


def given_config(
    config: Mapping[str, Any], files: Sequence[str | Path], base: Path, giver: str = COMMAND_LINE
) -> Everywhere:
    """Check Snakemake's merged configuration, so that each fault names what set the value.

    Parameters
    ----------
    config : mapping
        Snakemake's; what it lacks is as in ``base``.
    files : sequence of paths
        The files that it was merged from, the most general first.
    base : path
        The file that holds every key.
    giver : str
        What gave the values that no file explains.

    Raises
    ------
    ConfigError
        If the configuration is not valid.
    """
    paths = [base, *_explaining(files, config, base)]
    named = [(name, read_yaml(name)) for name in map(_shown, paths)]
    given = _differing(config, merge(*(part for _, part in named)))
    given = as_written(given) if giver == COMMAND_LINE else given
    return check_config([*named, (giver, given)])


def _shown(path: str | Path) -> str:
    """Return a path as a user would type it."""
    absolute, here = Path(path).resolve(), Path.cwd()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(path)


def _explaining(files: Sequence[str | Path], config: Mapping[str, Any], base: Path) -> list[Path]:
    """Return the files that a configuration was merged from, each once, the most general first.

    A module is given its configuration by another workflow, whose files may be about more.
    """
    paths = [Path(path).resolve() for path in files]
    unique = [path for i, path in enumerate(paths) if path not in [base.resolve(), *paths[i + 1 :]]]
    there = [path for path in unique if path.is_file()]
    return [path for path in there if _holds(config, read_yaml(path, strict=False))]


def _holds(config: Any, content: Any) -> bool:
    """Return whether a configuration has every key that a file has."""
    if not isinstance(content, Mapping) or not isinstance(config, Mapping):
        return True
    return all(key in config and _holds(config[key], value) for key, value in content.items())


def _differing(config: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of ``config`` that are not those of ``known``, section by section."""
    differing: dict[str, Any] = {}
    for key, value in config.items():
        if key not in known:
            differing[key] = value
        elif isinstance(value, Mapping) and isinstance(known[key], Mapping):
            if below := _differing(value, known[key]):
                differing[key] = below
        elif value != known[key]:
            differing[key] = value
    return differing
