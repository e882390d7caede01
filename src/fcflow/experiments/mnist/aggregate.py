"""Stage 6: one row a pair, with everything that was measured on it, and one row a network."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from fcflow.experiments.mnist.schemas import (
    ATTACKED,
    EXPERIMENTS,
    LEAST,
    NETWORKS,
    SOURCE,
    as_table,
    norm_name,
)

_KEY = ["network", "image"]


def aggregate_pairs(
    masks: Sequence[pd.DataFrame],
    paths: pd.DataFrame,
    attacks: Sequence[pd.DataFrame],
    *,
    shown_pairs: int,
) -> pd.DataFrame:
    """Join the stages' tables, as :data:`~fcflow.experiments.mnist.schemas.EXPERIMENTS`.

    The first ``shown_pairs`` pairs, by network and image, get a place in Tables 5 and 6.
    """
    found = pd.concat(masks, ignore_index=True)
    found = found[found["found"]].sort_values(_KEY)
    rows = found[[*_KEY, "distance"]].merge(paths, on=_KEY, validate="one_to_one")
    rows["half_distance"] = rows["distance"] / 2
    rows["place"] = np.where(np.arange(len(rows)) < shown_pairs, np.arange(1, len(rows) + 1), 0)
    every = pd.concat(attacks, ignore_index=True)
    for kind in ATTACKED:
        here = every[
            (every["attack"] == kind[0])
            & (every["criterion"] == kind[1])
            & (every["boxed"] == kind[2])
        ]
        column = here[[*_KEY, "norm"]].rename(columns={"norm": norm_name(*kind)})
        rows = rows.merge(column, on=_KEY, how="left", validate="one_to_one")
    for name, boxed in zip(LEAST, (False, True), strict=True):
        # What stays in the box is a perturbation like any other.
        counted = [norm_name(*kind) for kind in ATTACKED if kind[1] == "pair" and kind[2] >= boxed]
        rows[name] = rows[counted].min(axis=1)
    return as_table(rows, EXPERIMENTS)


def aggregate_networks(
    training: Sequence[pd.DataFrame], masks: Sequence[pd.DataFrame]
) -> pd.DataFrame:
    """Return how each network came out, as :data:`~fcflow.experiments.mnist.schemas.NETWORKS`."""
    rows: list[dict[str, Any]] = []
    for epochs, sevens in zip(training, masks, strict=True):
        last = epochs.sort_values("epoch").iloc[-1].to_dict()
        counts = {
            "sevens": len(sevens),
            "correct_sevens": int((sevens["predicted"] == SOURCE).sum()),
            "pairs": int(sevens["found"].sum()),
        }
        rows.append({name: last[name] for name in NETWORKS.frame.columns if name in last} | counts)
    return as_table(rows, NETWORKS)
