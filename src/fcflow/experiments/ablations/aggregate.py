"""Everything that was measured on the networks of all studies."""

from collections.abc import Sequence

import pandas as pd

from fcflow.experiments.ablations.columns import NETWORKS, POINTS
from fcflow.steps import step

Tables = Sequence[pd.DataFrame]


@step(
    reads={"networks": [NETWORKS], "points": [POINTS]},
    writes={"networks": NETWORKS, "points": POINTS},
)
def aggregate_studies(networks: Tables, points: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Join the tables of all studies, in the order of the configuration."""
    return (
        NETWORKS.table(pd.concat(networks, ignore_index=True)),
        POINTS.table(pd.concat(points, ignore_index=True)),
    )
