"""Stage 5: one row a run, with everything that was measured on it."""

from collections.abc import Sequence

import pandas as pd

from fcflow.experiments.relu.schemas import EXPERIMENTS, KEY


def aggregate_relu(
    problems: Sequence[pd.DataFrame],
    training: Sequence[pd.DataFrame],
    paths: Sequence[pd.DataFrame],
) -> pd.DataFrame:
    """Join the stages' tables of all settings, as :data:`~fcflow.experiments.relu.schemas.EXPERIMENTS`."""
    data = ["study", "d", "column_scale", "run", "seed"]
    rows = pd.concat(training, ignore_index=True)
    rows = rows.merge(
        pd.concat(problems).drop_duplicates(data), on=data, how="left", validate="many_to_one"
    )
    rows = rows.merge(pd.concat(paths), on=KEY, how="left", validate="one_to_one")
    return rows[list(EXPERIMENTS.frame.columns)]
