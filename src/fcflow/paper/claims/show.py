"""The ledger for the terminal: one line a claim, or everything about each."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from fcflow.paper.claims.finding import Verdict
from fcflow.paper.claims.wording import KINDS
from fcflow.paper.numbers import number

# A sign beside the colour: a terminal may have none, and not everyone sees it.
_LOOKS = {
    Verdict.FAILED: ("✗", "red"),
    Verdict.DEVIATION: ("≈", "yellow"),
    Verdict.UNTESTABLE: ("·", "dim"),
    Verdict.REPRODUCED: ("✓", "green"),
}
_TITLE = "What came out of every claim"
_WIDTH = 100
_SPACES = 8  # the sign with its mark, and a blank between columns
_MARKS = {"published": "p", "own": "o", "threshold": "t"}
_SUBSTITUTE = "substitute"  # how claims say that the paper's network or images are not at hand


def claims_table(rows: pd.DataFrame, width: int = _WIDTH) -> Table:
    """Return the claims that are not simply reproduced, one line each, those that fail first.

    Parameters
    ----------
    rows : DataFrame
        The ledger.
    width : int
        Of the terminal, in columns. Where the claims stand in the papers is cut to what is left.

    Examples
    --------
    >>> names = ["id", "verdict", "paper", "place", "found", "expected", "kind", "n", "differs"]
    >>> claims_table(pd.DataFrame(columns=names)).row_count
    0
    """
    table = Table(title=_TITLE, caption=_legend(), box=None, title_justify="left")
    table.padding, table.pad_edge = (0, 1, 0, 0), False
    for heading in ("", "claim", "where", "found", "expected"):
        table.add_column(heading, no_wrap=True)
    table.add_column("n", no_wrap=True, justify="right")
    listed = [row for row in failures_first(rows) if row["verdict"] != Verdict.REPRODUCED]
    cells = [(row["id"], row["found"], _expected(row), f"{row['n'] or ''}") for row in listed]
    taken = [
        max((cell_len(text) for text in column), default=0) for column in zip(*cells, strict=True)
    ]
    place = max(width - sum(taken) - _SPACES, 0)
    for row, (name, found, expected, count) in zip(listed, cells, strict=True):
        sign, color = _LOOKS[Verdict(row["verdict"])]
        where = Text(f"{row['paper']} {row['place']}")
        where.truncate(place, overflow="ellipsis")
        mark = "*" if _SUBSTITUTE in row["differs"] else ""
        looks = Text(f"{sign}{mark}", style=color), Text(name, style="bold")
        table.add_row(*looks, where, Text(found), Text(expected), count)
    return table


def reproduced(rows: pd.DataFrame) -> str:
    """Return the names of the claims that are reproduced, in one sentence.

    Examples
    --------
    >>> reproduced(pd.DataFrame({"verdict": ["reproduced", "not reproduced"], "id": ["a", "b"]}))
    '✓ 1 reproduced: a'
    """
    names = rows.loc[rows["verdict"] == Verdict.REPRODUCED, "id"]
    return f"{_LOOKS[Verdict.REPRODUCED][0]} {len(names)} reproduced: {', '.join(names)}"


def full_table(rows: pd.DataFrame) -> Table:
    """Return the ledger with everything about each claim, those that fail first."""
    table = Table(title=_TITLE, caption=_legend(), box=box.SIMPLE, title_justify="left")
    table.add_column("", no_wrap=True)
    table.add_column("claim", ratio=2, overflow="fold")
    table.add_column("found, and what counts", ratio=1, overflow="fold")
    for row in failures_first(rows):
        sign, color = _LOOKS[Verdict(row["verdict"])]
        place = Text(f"{row['id']}  [{row['paper']}] {row['place']}", style="bold")
        texts = [row["statement"], row["note"], row["differs"]]
        claim = Text("\n").join([place, *(Text(text) for text in texts if text)])
        found = [
            f"{row['found']}, n = {row['n']}: {row['statistic']}",
            f"expected ({KINDS.get(row['kind'], '')}): {row['expected']}; {row['rule']}",
            f"published: {number(row['published'])}",
            f"rule fixed {row['fixed']}",
            f"decided by {row['function']} from {row['artifact']}",
        ]
        table.add_row(Text(sign, style=color), claim, Text("\n".join(found)))
    return table


def failures_first(rows: pd.DataFrame) -> Sequence[dict[str, Any]]:
    """Return the claims as mappings: not reproduced, with deviation, not testable, the others.

    Examples
    --------
    >>> rows = pd.DataFrame({"verdict": ["reproduced", "not reproduced"], "id": ["a", "b"]})
    >>> [row["id"] for row in failures_first(rows)]
    ['b', 'a']
    """
    order = {verdict.value: place for place, verdict in enumerate(_LOOKS)}
    listed = rows.sort_values("verdict", key=lambda column: column.map(order), kind="stable")
    return [{str(key): value for key, value in row.items()} for row in listed.to_dict("records")]


def _expected(row: dict[str, Any]) -> str:
    """Return what is expected, marked where it does not follow from what a paper says."""
    return f"{row['expected']} {_MARKS.get(row['kind'], '')}".strip()


def _legend() -> str:
    signs = "  ".join(f"{sign} {verdict.value}" for verdict, (sign, _) in _LOOKS.items())
    signs = signs.replace("reproduced with", "with")
    return (
        f"{signs}\n* on substitutes for the paper's networks or images"
        "\nexpected by theory, p: published, o: a prediction of ours, t: a threshold of ours"
    )
