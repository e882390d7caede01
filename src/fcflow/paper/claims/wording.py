"""The ledger in words: what was found, and the lines that sum everything up."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from fcflow.paper.claims.finding import Verdict
from fcflow.paper.numbers import MISSING, estimate, number

KINDS = {
    "published": "published",
    "predicted": "predicted",
    "own": "own prediction",
    "threshold": "own threshold",
}
# Of numbers of order one, whatever is below this is the rounding of float64 arithmetic.
_ROUNDING = 1e-12


def estimate_text(row: Mapping[str, Any], limits: Sequence[float] = ()) -> str:
    """Return an estimate with its interval as tables show it; what is only rounding, as that.

    Parameters
    ----------
    row : mapping
        With ``estimate``, ``low`` and ``high``.
    limits : sequence of float
        At which the verdict turns. No number is rounded onto one of them, or beyond it.

    Examples
    --------
    >>> estimate_text({"estimate": 0.3, "low": 0.2553, "high": 0.3538})
    '0.300 [0.255, 0.354]'
    >>> estimate_text({"estimate": 5.83e-17, "low": 3.9e-17, "high": 8.6e-17})
    'rounding'
    >>> estimate_text({"estimate": float("nan")})
    '–'
    """
    value = row["estimate"]
    known = [end for name in ("low", "high") if not pd.isna(end := row.get(name, math.nan))]
    if pd.isna(value):
        return MISSING
    if value != 0 and max(map(abs, [value, *known])) < _ROUNDING:
        return "rounding"
    return estimate(row, limits=limits) if len(known) == 2 else number(value)


def minus(text: str) -> str:
    """Return text with the sign of minus, and not a hyphen, before numbers.

    Examples
    --------
    >>> minus("log-log slope -0.5 [-0.6, -0.4]")
    'log-log slope −0.5 [−0.6, −0.4]'
    """
    return re.sub(r"(?<![\w)])-(?=\.?\d)|(?<=\de)-(?=\d)", "−", text)


def summary(rows: pd.DataFrame) -> str:
    """Return the ledger in one line.

    Examples
    --------
    >>> summary(pd.DataFrame({"verdict": ["reproduced", "reproduced", "not testable here"]}))
    '3 claims: 2 reproduced, 0 reproduced with deviation, 0 not reproduced, 1 not testable here'
    """
    counts = Counter(rows["verdict"])
    return f"{len(rows)} claims: " + ", ".join(
        f"{counts[verdict.value]} {verdict.value}" for verdict in Verdict
    )


def when_fixed(rows: pd.DataFrame) -> str:
    """Return how many rules were fixed before their numbers were seen.

    Examples
    --------
    >>> when_fixed(pd.DataFrame({"fixed": ["2026-11-21, before (f1a6e47)", "2026-11-26, after"]}))
    'Rules fixed before their numbers were seen: 1 of 2; when quick runs were known: 0; after: 1.'
    """
    counts = Counter(rows["fixed"].str.partition(", ")[2].str.partition(" (")[0])
    return (
        f"Rules fixed before their numbers were seen: {counts['before']} of {len(rows)}; when quick"
        f" runs were known: {counts['after quick runs']}; after: {counts['after']}."
    )


def multiplicity(rows: pd.DataFrame, level: float) -> str:
    """Return how many claims are tested on how many samples, and what chance alone would do."""
    holding = int(rows["rule"].str.contains("if the interval holds").sum())
    beyond = int(rows["rule"].str.contains("if the interval (?:ends|begins)").sum())
    return (
        f"{len(rows)} claims are tested on {rows['test'].nunique()} samples; those of one sample"
        f" share its networks or draws and are not independent. No verdict is corrected for their"
        f" number: of {holding} rules that ask an interval to hold a value, {(1 - level):.0%} miss"
        f" it by chance where the claim is true, {holding * (1 - level):.1f} on average; of"
        f" {beyond} that ask an interval to lie beyond a limit, at most {(1 - level) / 2:.1%} pass"
        f" by chance where the truth is just at it, {beyond * (1 - level) / 2:.1f} on average."
    )
