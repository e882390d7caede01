"""The ledger as a table for the terminal."""

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from fcflow.paper.claims.finding import Verdict
from fcflow.paper.claims.ledger import interval_text

# A sign beside the colour: a terminal may have none, and not everyone sees it.
_LOOKS = {
    Verdict.REPRODUCED: ("✓", "green"),
    Verdict.DEVIATION: ("≈", "yellow"),
    Verdict.FAILED: ("✗", "red"),
    Verdict.UNTESTABLE: ("·", "dim"),
}


def claims_table(rows: pd.DataFrame) -> Table:
    """Return the ledger in eighty columns: a sign, the claim, what was measured and expected.

    Examples
    --------
    >>> names = ["verdict", "paper", "place", "statement", "estimate", "expected", "n"]
    >>> claims_table(pd.DataFrame(columns=names)).row_count
    0
    """
    legend = "  ".join(f"{sign} {verdict.value}" for verdict, (sign, _) in _LOOKS.items())
    legend = legend.replace("reproduced with", "with")
    table = Table(
        title="Every claim, and what came out", caption=legend, box=box.SIMPLE, title_justify="left"
    )
    table.add_column("", no_wrap=True)
    table.add_column("claim", ratio=1, overflow="fold")
    table.add_column("found", overflow="fold", min_width=18)
    table.add_column("expected", overflow="fold", max_width=10)
    for row in rows.to_dict("records"):
        sign, color = _LOOKS[Verdict(row["verdict"])]
        found = interval_text({str(key): value for key, value in row.items()})
        place = f"[{row['paper']}] {row['place']}"
        claim = Text.assemble((place, "bold"), f": {row['statement']}")
        measured = Text(f"{found}\nn = {row['n']}" if row["n"] else found)
        table.add_row(Text(sign, style=color), claim, measured, Text(row["expected"]))
    return table
