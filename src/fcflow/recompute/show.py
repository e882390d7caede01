"""Recomputed rows for the terminal."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.cells import set_cell_size

from fcflow.recompute.claim import Recomputed
from fcflow.recompute.route import Comparison

_NAME = 24  # columns for the name of a number


def lines(comparisons: Sequence[Comparison]) -> Iterator[str]:
    r"""Yield both numbers of each row side by side, with their difference and what is allowed.

    Examples
    --------
    >>> print(*lines([Comparison("run 0", "φ", 0.5, 0.25, 1e-9)]), sep="\n")
      number                          stored    recomputed   difference  allowed
    run 0
    ✗ φ                                  0.5          0.25     -2.5e-01  1.0e-09
    """
    heading = "stored".rjust(14) + "recomputed".rjust(14) + "difference".rjust(13)
    yield "  " + "number".ljust(_NAME) + heading + "allowed".rjust(9)
    for row, numbers in groupby(comparisons, lambda one: one.row):
        yield row
        for one in numbers:
            name = set_cell_size(one.quantity, _NAME)
            values = f"{one.stored:>14.7g}{one.plain:>14.7g}{one.difference:>13.1e}"
            mark = "✓" if one.agrees else "✗"
            yield f"{mark} {name}{values}{one.allowed:>9.1e}"


def verdict(recomputed: Recomputed) -> str:
    """Return what came out, in a sentence.

    Examples
    --------
    >>> verdict(Recomputed([Comparison("run 0", "φ", 0.5, 0.6, 1e-9)], ["By QR."], []))
    '0 of 1 numbers agree.'
    """
    agreeing = sum(one.agrees for one in recomputed.comparisons)
    numbers = len(recomputed.comparisons)
    missing = "".join(
        f" No independent route yet for the rows of {table}." for table in recomputed.missing
    )
    said = f"{agreeing} of {numbers} numbers agree." if numbers else "Nothing was recomputed."
    return said + missing
