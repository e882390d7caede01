"""Stage 5: what was measured on a run, in one row."""

from collections.abc import Sequence

import pandas as pd

from fcflow.experiments.hypercube.columns import DATA, key_of


def join_stages(
    training: Sequence[pd.DataFrame], problems: Sequence[pd.DataFrame], *stages: pd.DataFrame
) -> pd.DataFrame:
    """Return one row a trained run, in the order of the settings, with everything measured on it.

    Parameters
    ----------
    training, problems
        Of all settings, which may share their problems. Runs that were drawn and not needed are
        left out.
    *stages : DataFrame
        What was measured, with the columns that name a run.
    """
    rows = pd.concat(training, ignore_index=True)
    data = pd.concat(problems).drop_duplicates(list(DATA))
    rows = rows.merge(data, on=list(DATA), how="left", validate="many_to_one")
    for stage in stages:
        rows = rows.merge(stage, on=key_of(rows), how="left", validate="one_to_one")
    return rows
