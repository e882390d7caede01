"""Stage 3: the runs of all studies, and all attacked points."""

from collections.abc import Sequence

import pandas as pd

from fcflow.experiments.dimension.columns import POINTS, RUNS
from fcflow.steps import step

Tables = Sequence[pd.DataFrame]


@step(reads={"runs": [RUNS], "points": [POINTS]}, writes={"runs": RUNS, "points": POINTS})
def aggregate_runs(runs: Tables, points: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put the tables of all settings into one, of runs and of points."""
    return (
        RUNS.table(pd.concat(runs, ignore_index=True)),
        POINTS.table(pd.concat(points, ignore_index=True)),
    )
