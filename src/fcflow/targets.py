"""What the configuration has no setting for is refused before any job, with what there is."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from fcflow.errors import FcflowError

Known = Mapping[str, Sequence[Mapping[str, str]]]
_CALLED = {"net": "network"}  # in messages
_SHOWN = 20  # names in a message


def check_target(experiment: str, wildcards: Mapping[str, str], known: Known) -> None:
    """Refuse values of wildcards that no setting of an experiment has.

    Parameters
    ----------
    experiment : str
        Its folder under ``results``.
    wildcards : mapping
        Those of a rule.
    known : mapping
        The settings of each experiment, by their wildcards, the outermost folder first. Other
        experiments, and other wildcards, are left to Snakemake.

    Raises
    ------
    FcflowError
        In one line that lists what there is.

    Examples
    --------
    >>> check_target("linear", {"study": "tabel1"}, {"linear": [{"study": "table1", "data": "d3"}]})
    Traceback (most recent call last):
    fcflow.errors.FcflowError: linear has no study 'tabel1', did you mean 'table1'? There is table1
    """
    settings = known.get(experiment, [])
    outer: list[str] = []
    for name in [name for name in (settings[0] if settings else ()) if name in wildcards]:
        value = wildcards[name]
        names = list(dict.fromkeys(setting[name] for setting in settings))
        if value not in names:
            place = f" in {'/'.join(outer)}" if outer else ""
            kind, hint = _CALLED.get(name, name), _hint(value, names)
            raise FcflowError(f"{experiment} has no {kind} {value!r}{place}{hint}")
        settings = [setting for setting in settings if setting[name] == value]
        outer.append(value)


def guard_rules(rules: Iterable[Any], known: Known) -> None:
    """Let each of Snakemake's rules check its wildcards when a job of it is planned.

    An input function is the one place that is called for every job before any job runs; this one
    adds no input.
    """
    folders = {name: _folders(settings) for name, settings in known.items()}
    for rule in rules:
        checked = {name for settings in known.values() for one in settings[:1] for name in one}
        place = re.search(r"(?:^|/)results/([^/]+)/", str(next(iter(rule.output), "")))
        if place and checked & set(rule.wildcard_names):
            rule.set_input(_checked(place[1], known, folders))


def _checked(
    folder: str, known: Known, folders: Mapping[str, set[tuple[str, ...]]]
) -> Callable[[Any], list[str]]:
    def no_input(wildcards: Any) -> list[str]:
        values = dict(wildcards.items())
        experiment = values.get("experiment", folder) if folder.startswith("{") else folder
        names = next(iter(known.get(experiment, [])), {})
        # A sweep asks for thousands: only what is not there is looked at setting by setting.
        if tuple(values[name] for name in names if name in values) not in folders.get(
            experiment, set()
        ):
            check_target(experiment, values, known)
        return []

    return no_input


def _folders(settings: Sequence[Mapping[str, str]]) -> set[tuple[str, ...]]:
    """Return the folders of all settings, as the values of their outermost wildcards."""
    places = [tuple(setting.values()) for setting in settings]
    return {place[:depth] for place in places for depth in range(1, len(place) + 1)}


def _hint(value: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(value, names, n=1, cutoff=0.6)
    there = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    listed = f"here {'is' if len(names) == 1 else 'are'} {there}"
    return f", did you mean {near[0]!r}? T{listed}" if near else f"; t{listed}"
