"""The columns that name a run and tell its data.

A run's key is ``study, d, column_scale, hidden, batch_size, run`` (and ``depth`` where that can
vary); its ``seed`` alone is enough to recompute it.
"""

import pandas as pd

from fcflow.artifacts.schema import ArraysSchema, declare, flag, integer, real, text

DATA = {
    "study": text(),
    "d": integer(1),
    "column_scale": real(0),
    "run": integer(0),
    "seed": integer(0),
}
NET = DATA | {"hidden": integer(1), "batch_size": integer(1)}
PROBLEM = {"enumerated": flag(), "n_points": integer(1), "feature_norm": real(0), "phi": real(0, 1)}
TRAINED = {
    "epochs": integer(0),
    "train_loss": real(0),
    "train_accuracy": real(0, 1),
    "fresh_accuracy": real(0, 1),
    "valid": flag(),
}

PROBLEMS = declare("hypercube problems", "generate_hypercubes", DATA | PROBLEM)
MATRICES = ArraysSchema("generate_hypercubes", ("A",))


def key_of(rows: pd.DataFrame) -> list[str]:
    """Return those columns of a table that name a run.

    Examples
    --------
    >>> key_of(pd.DataFrame(columns=["study", "run", "seed", "depth", "valid"]))
    ['study', 'run', 'seed', 'depth']
    """
    return [name for name in (*NET, "depth") if name in rows]
