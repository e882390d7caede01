"""Stage 5: one row a run, with everything that was measured on it."""

from collections.abc import Sequence

import pandas as pd

from fcflow.experiments.linear.schemas import EXPERIMENTS, KEY


def aggregate_linear(
    problems: Sequence[pd.DataFrame],
    training: Sequence[pd.DataFrame],
    probes: Sequence[pd.DataFrame],
    attacks: Sequence[pd.DataFrame],
) -> pd.DataFrame:
    """Join the stages' tables of all settings, as :data:`~fcflow.experiments.linear.schemas.EXPERIMENTS`.

    Every trained run appears once, in the order of the settings; runs that were drawn and not
    needed do not.
    """
    trained = pd.concat(training, ignore_index=True)
    data = ["study", "d", "column_scale", "run", "seed"]
    rows = trained.merge(
        pd.concat(problems).drop_duplicates(data), on=data, how="left", validate="many_to_one"
    )
    for stage in (pd.concat(probes), pd.concat(attacks)):
        rows = rows.merge(stage, on=KEY, how="left", validate="one_to_one")
    return rows[list(EXPERIMENTS.frame.columns)]
