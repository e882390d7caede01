"""Why steps run again, from what ``snakemake --dry-run`` prints."""

import ast
import json
import re
from typing import Any, NamedTuple

_JOB = re.compile(r"^(?:local)?rule (\w+):\n((?:    .*\n)*)", flags=re.M)
# What is told of other jobs, and what is told below.
_ELSEWHERE = ("Input files updated by another job", "Params have changed")
_DIGEST = re.compile(r"(fcflow[\w.]*|\w+\.py) ([0-9a-f]{16})")
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
    >>> rerun_reasons("rule draw:\n    reason: Forced execution\n")
    [Reason(job='draw', lines=['Forced execution'])]
    """
    reasons = []
    for rule, body in _JOB.findall(dry_run):
        fields = dict(re.findall(r"^    (\w+): (.*)$", body, flags=re.M))
        place = f" ({fields['wildcards']})" if "wildcards" in fields else ""
        reasons.append(Reason(rule + place, _lines(fields.get("reason", ""))))
    return reasons


def _lines(reason: str) -> list[str]:
    lines = [part for part in reason.split("; ") if part and not part.startswith(_ELSEWHERE)]
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
    return dict(pair for value in values for pair in _DIGEST.findall(value))


def _keys(values: list[str]) -> dict[str, Any]:
    """Return the keys of the configuration among the values of parameters."""
    keys: dict[str, Any] = {}
    for value in values:
        if value.startswith("{"):
            keys |= json.loads(value)
    return keys
