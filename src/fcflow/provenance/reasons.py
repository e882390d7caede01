"""Why steps run again, from what ``snakemake --dry-run`` prints."""

import ast
import json
import re
from typing import Any, NamedTuple

_JOB = re.compile(r"^(?:local)?rule (\w+):\n((?:    .*\n)*)", flags=re.M)
_VALUE = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")


class Reason(NamedTuple):
    """Why one job runs.

    Attributes
    ----------
    job : str
        Its rule and wildcards.
    lines : list of str
        What differs from when its results were made; empty where it only follows from other jobs.
    """

    job: str
    lines: list[str]


def rerun_reasons(dry_run: str) -> list[Reason]:
    r"""Return the reason of every planned job, in the order of the plan.

    Parameters
    ----------
    dry_run : str
        The output of ``snakemake --dry-run``.

    Examples
    --------
    >>> plan = "rule draw:\n    reason: Params have changed: before: 'a 1, b 2' now: 'a 1, b 3'\n"
    >>> rerun_reasons(plan)[0]
    Reason(job='draw', lines=['code of b'])
    """
    reasons = []
    for rule, body in _JOB.findall(dry_run):
        fields = dict(re.findall(r"^    (\w+): (.*)$", body, flags=re.M))
        place = f" ({fields['wildcards']})" if "wildcards" in fields else ""
        reasons.append(Reason(rule + place, _lines(fields.get("reason", ""))))
    return reasons


def _lines(reason: str) -> list[str]:
    lines = [part for part in reason.split("; ") if part.startswith(("Missing", "Set of", "Code"))]
    parts = re.search(r"before: (.*?) ?now: (.*)", reason)
    if not parts:
        return lines
    before, now = (
        [str(ast.literal_eval(value)) for value in _VALUE.findall(part)] for part in parts.groups()
    )
    digests = [_digests(values) for values in (before, now)]
    modules = sorted(name for name, _ in set(digests[0].items()) ^ set(digests[1].items()))
    if modules:
        lines.append(f"code of {', '.join(dict.fromkeys(modules))}")
    keys = [_keys(values) for values in (before, now)]
    for name in sorted(keys[0].keys() | keys[1].keys()):
        values = [json.dumps(part[name]) if name in part else "nothing" for part in keys]
        if values[0] != values[1]:
            lines.append(f"{name}: {values[0]} → {values[1]}")
    return lines or ["a parameter of the rule changed"]


def _digests(values: list[str]) -> dict[str, str]:
    """Return the modules and digests among the values of parameters."""
    code = [value for value in values if not value.startswith("{")]
    pairs = [pair.split(" ") for value in code for pair in value.split(", ")]
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


def _keys(values: list[str]) -> dict[str, Any]:
    """Return the keys of the configuration among the values of parameters."""
    keys: dict[str, Any] = {}
    for value in values:
        if value.startswith("{"):
            keys |= json.loads(value)
    return keys
