"""The ledger as a table for the terminal."""

import pandas as pd
from rich.table import Table
from rich.text import Text

from fcflow.paper.claims.claim import Verdict
from fcflow.paper.claims.ledger import interval_text

# A sign beside the colour: a terminal may have none, and not everyone sees it.
_LOOKS = {
    Verdict.REPRODUCED: ("✓", "green"),
    Verdict.DEVIATION: ("≈", "yellow"),
    Verdict.FAILED: ("✗", "red"),
    Verdict.UNTESTABLE: ("·", "dim"),
}


def claims_table(rows: pd.DataFrame) -> Table:
    """Return the ledger with a line or two for each claim: verdict, claim, what was found and expected.

    Examples
    --------
    >>> claims_table(pd.DataFrame(columns=["verdict", "place", "statement", "estimate", "expected", "n"])).row_count
    0
    """
    table = Table(title="Every claim, and what came out", title_justify="left")
    table.add_column("verdict", no_wrap=True)
    table.add_column("where", max_width=22)
    table.add_column("claim", ratio=1)
    table.add_column("found")
    table.add_column("n", justify="right", no_wrap=True)
    table.add_column("expected", max_width=16)
    for row in rows.to_dict("records"):
        sign, color = _LOOKS[Verdict(row["verdict"])]
        found = interval_text({str(key): value for key, value in row.items()})
        table.add_row(
            Text(f"{sign} {row['verdict']}", style=color),
            *(Text(text) for text in (row["place"], row["statement"], found, str(row["n"]), row["expected"])),
        )
    return table
