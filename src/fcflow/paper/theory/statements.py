"""The statements that have a table and a figure, by the name of the file that they are made from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from fcflow.artifacts.schema import TableSchema
from fcflow.experiments.theory import schemas
from fcflow.paper.render import Layout
from fcflow.paper.theory import (
    first_order,
    lemma2,
    lemma3,
    theorem1,
    theorem4,
    theorem5,
    theorem6,
    theorem7,
)


@dataclass(frozen=True)
class Statement:
    """How a statement's draws become its table and its figure.

    Attributes
    ----------
    draws : TableSchema
        What it is made from.
    schema : TableSchema
        What the table holds.
    rows : callable
        From the draws, and the keys named in ``reads``, to the table.
    layout : callable
        From the table and the intervals' level to how it is shown.
    draw : callable
        From the table to the figure.
    reads : tuple of str
        The keys that ``rows`` takes beside the draws.
    """

    draws: TableSchema
    schema: TableSchema
    rows: Callable[..., pd.DataFrame]
    layout: Callable[[pd.DataFrame, float], tuple[pd.DataFrame, Layout]]
    draw: Callable[[pd.DataFrame], Figure]
    reads: tuple[str, ...] = ("resamples", "level")

    def made_from(self, draws: pd.DataFrame, config: dict[str, Any]) -> pd.DataFrame:
        """Return the statement's table."""
        return self.rows(draws, **{key: config[key] for key in self.reads})


def _statement(
    draws: TableSchema, module: Any, reads: tuple[str, ...] = ("resamples", "level")
) -> Statement:
    return Statement(draws, module.SCHEMA, module.rows, module.layout, module.draw, reads)


STATEMENTS = {
    "theorem1": _statement(schemas.THEOREM1, theorem1, ("resamples", "level", "epsilons")),
    "lemma2": _statement(schemas.LEMMA2, lemma2, ()),
    "lemma3": _statement(schemas.LEMMA3, lemma3, ()),
    "theorem4": _statement(schemas.THEOREM4, theorem4),
    "theorem5": _statement(schemas.THEOREM5, theorem5),
    "theorem6": _statement(schemas.THEOREM6, theorem6),
    "theorem7": _statement(schemas.THEOREM7, theorem7),
    "first_order": _statement(schemas.FIRST_ORDER, first_order),
}
