"""The columns that the statements have in common: those of a draw, and those of an estimate."""

from fcflow.artifacts.schema import TableSchema, declare, integer, real, text
from fcflow.paper.estimates import INTERVAL

# What was drawn: from ``seed`` it can be drawn again, and singular draws were drawn anew.
DRAW = {"d": integer(2), "draw": integer(0), "seed": integer(0), "redraws": integer(0)}


def estimates(statement: str) -> TableSchema:
    """Declare a statement's table: a row for each quantity, at a dimension or over all of them.

    ``series`` tells settings apart, ``at`` is the dimension (missing where the estimate is over all
    of them), and ``expected`` is what the statement, or the exact law behind it, says.
    """
    return declare(
        f"{statement} in numbers",
        "make_table",
        {
            "series": text(),
            "quantity": text(),
            "at": real(nullable=True),
            **INTERVAL,
            "expected": real(nullable=True),
        },
    )
