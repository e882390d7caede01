"""Stage 5: one row a run, with everything that was measured on it."""

from collections.abc import Sequence

import pandas as pd

from fcflow.experiments.hypercube.aggregate import join_stages
from fcflow.experiments.hypercube.columns import PROBLEMS
from fcflow.experiments.linear.columns import ATTACKS, EXPERIMENTS, PROBES, TRAINING
from fcflow.steps import step

Tables = Sequence[pd.DataFrame]


@step(
    reads={
        "problems": [PROBLEMS],
        "training": [TRAINING],
        "probes": [PROBES],
        "attacks": [ATTACKS],
    },
    writes={"experiments": EXPERIMENTS},
)
def aggregate_runs(
    problems: Tables, training: Tables, probes: Tables, attacks: Tables
) -> pd.DataFrame:
    """Join the tables of all settings and studies, one row a trained run."""
    rows = join_stages(training, problems, pd.concat(probes), pd.concat(attacks))
    return EXPERIMENTS.table(rows)
