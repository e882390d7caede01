"""How a route is declared that recomputes rows of a table by other means."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Comparison:
    """One number of a stored row beside the same number, recomputed.

    Attributes
    ----------
    row : str
        Which row, with its seed.
    quantity : str
    stored, plain : float
        As the table has it, and as the plain route has it.
    allowed : float
        By how much they may differ: rounding, or what the two ways of computing leave.
    """

    row: str
    quantity: str
    stored: float
    plain: float
    allowed: float

    @property
    def difference(self) -> float:
        """The plain number minus the stored one."""
        return self.plain - self.stored

    @property
    def agrees(self) -> bool:
        """Whether both are the same number up to ``allowed``, or both are missing.

        Examples
        --------
        >>> Comparison("run 0", "φ", 0.5, 0.5001, 1e-6).agrees
        False
        """
        if math.isnan(self.stored) or math.isnan(self.plain):
            return math.isnan(self.stored) and math.isnan(self.plain)
        return abs(self.difference) <= self.allowed


@dataclass(frozen=True)
class Request:
    """What is to be recomputed.

    Attributes
    ----------
    results : Path
        The folder of results.
    sample : str
        What was drawn or trained to decide the claim, such as the study ``table2``.
    count : int
        How many rows, at most.
    """

    results: Path
    sample: str
    count: int

    def few(self, rows: pd.DataFrame) -> list[Any]:
        """Return at most ``count`` rows, from the first to the last in equal steps.

        Examples
        --------
        >>> rows = pd.DataFrame({"d": [2, 4, 8, 16, 32]})
        >>> [row.d for row in Request(Path("results"), "theorem1", 3).few(rows)]
        [2, 8, 32]
        """
        places = np.linspace(0, len(rows) - 1, min(self.count, len(rows))).round().astype(int)
        return list(rows.iloc[places].itertuples(index=False))


Route = Callable[[Request], Iterable[Comparison]]
AnyRoute = TypeVar("AnyRoute", bound=Route)
ROUTES: dict[str, Route] = {}


def route(*tables: str) -> Callable[[AnyRoute], AnyRoute]:
    """Declare a function to recompute rows of tables.

    Parameters
    ----------
    *tables : str
        The files, below the folder of results, whose rows it recomputes; with ``{own}`` for any
        section of the user's, whose name is then the request's ``sample``.
    """

    def declared(function: AnyRoute) -> AnyRoute:
        ROUTES.update(dict.fromkeys(tables, function))
        return function

    return declared
