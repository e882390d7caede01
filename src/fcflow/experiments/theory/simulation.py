"""How a simulation is declared.

A statement's simulation is declared where it is computed::

    @simulation("theorem1", writes=DRAWS)
    def simulate_theorem1(*, seed, dims, draws) -> pd.DataFrame: ...

That is all it takes: the workflow finds it, and makes ``results/theory/theorem1.parquet`` of it.
Its keyword-only arguments are the keys of the statement's settings that it depends on, and ``seed``
where it draws.
"""

from collections.abc import Callable
from typing import TypeVar

import pandas as pd

from fcflow.artifacts.schema import TableSchema
from fcflow.steps import declared

Simulation = TypeVar("Simulation", bound=Callable[..., pd.DataFrame])


def simulation(name: str, *, writes: TableSchema) -> Callable[[Simulation], Simulation]:
    """Declare a function to simulate, or to evaluate, a statement.

    Parameters
    ----------
    name : str
        Of its file, ``results/theory/<name>.parquet``; literal.
    writes : TableSchema
        Of its rows.
    """
    return declared(reads={}, writes={"rows": writes})
