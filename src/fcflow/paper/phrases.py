"""Phrases that titles and notes of several tables have in common."""

from collections.abc import Sequence

import pandas as pd

from fcflow.paper.numbers import Row, plain


def share(rate: Row) -> str:
    """Return a rate as counts, from a row's ``estimate`` and ``n``.

    Examples
    --------
    >>> share({"estimate": 0.4, "n": 50}), share({"estimate": float("nan"), "n": 0})
    ('20 of 50', '0 of 0')
    """
    return f"{round(rate['estimate'] * rate['n']) if rate['n'] else 0} of {rate['n']}"


def shortfall(found: int, wanted: int | None) -> str:
    """Return a warning for a note if there are fewer valid runs than wanted, else an empty text.

    Examples
    --------
    >>> shortfall(7, 10)
    ', 3 FEWER than the 10 asked for: the limit of runs was reached'
    """
    if wanted is None or found >= wanted:
        return ""
    return f", {wanted - found} FEWER than the {wanted} asked for: the limit of runs was reached"


def several(count: int, noun: str) -> str:
    """Return a count with its noun, in the plural where it is not one.

    Examples
    --------
    >>> several(1, "network"), several(3, "run")
    ('1 network', '3 runs')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"


def listing(names: Sequence[str]) -> str:
    """Return names as a sentence lists them.

    Examples
    --------
    >>> listing(["ReLU"]), listing(["ReLU", "tanh", "GELU"])
    ('ReLU', 'ReLU, tanh and GELU')
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def sizes(runs: pd.DataFrame, **names: str) -> str:
    """Return the sizes of a table's runs for its title, in which columns have these ``names``.

    Examples
    --------
    >>> sizes(pd.DataFrame({"d": [12, 12], "hidden": [8, 16]}), d="d", hidden="hidden width")
    'd = 12, hidden width 8 and 16'
    """
    return ", ".join(
        f"{name}{' =' if len(name) == 1 else ''} {' and '.join(map(plain, runs[column].unique()))}"
        for column, name in names.items()
    )
