"""Everything that was measured in one experiment: one row a pair, an attack, a network."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.artifacts.schema import TableSchema
from fcflow.experiments.images.columns import (
    ANSWERS,
    ATTACKS,
    CURVES,
    ENDS,
    EXPERIMENTS,
    KEY,
    NETWORKS,
    PAIRS,
    PATHS,
    PERTURBATIONS,
    SHOWN,
)
from fcflow.experiments.images.least import least
from fcflow.steps import step

Arrays = dict[str, NDArray[Any]]


@step(
    reads={
        "answers": [ANSWERS],
        "pairs": [PAIRS],
        "summaries": [NETWORKS],
        "ends": [ENDS],
        "curves": [CURVES],
        "paths": [PATHS],
        "attacks": [ATTACKS],
        "perturbations": [PERTURBATIONS],
    },
    writes={
        "answers": ANSWERS,
        "networks": NETWORKS,
        "pairs": PAIRS,
        "paths": PATHS,
        "curves": CURVES,
        "attacks": ATTACKS,
        "shown": SHOWN,
        "experiments": EXPERIMENTS,
    },
)
def aggregate_images(
    answers: Sequence[pd.DataFrame],
    pairs: Sequence[pd.DataFrame],
    summaries: Sequence[pd.DataFrame],
    ends: Sequence[Arrays],
    curves: Sequence[pd.DataFrame],
    paths: Sequence[pd.DataFrame],
    attacks: Sequence[pd.DataFrame],
    perturbations: Sequence[Arrays],
    *,
    shown_pairs: int,
) -> tuple[pd.DataFrame | Arrays, ...]:
    """Join what all networks and jobs measured.

    The first ``shown_pairs`` of the pairs that networks may show have a place in the paper's tables
    and figures.

    Parameters
    ----------
    answers, pairs, summaries, ends
        Of every network.
    curves, paths, attacks, perturbations
        Of every network's jobs.

    Returns
    -------
    answers, networks, pairs, paths, curves, attacks : DataFrames
    shown : dict
        ``x1`` and ``x2``, uint8 [k, c, h, w], and ``delta``, float32, of the pairs shown.
    experiments : DataFrame
        One row a pair, as :data:`~fcflow.experiments.images.columns.EXPERIMENTS`.
    """
    every = _joined(attacks, ATTACKS)
    rows = _joined(pairs, PAIRS)
    number = rows["place"].gt(0).cumsum()
    rows["place"] = number.where(rows["place"].gt(0) & (number <= shown_pairs), 0)
    every_pair, every_path = PAIRS.table(rows), _joined(paths, PATHS)
    rows = rows.merge(every_path, on=KEY, how="left", validate="one_to_one")
    rows = rows.merge(least(every), on=KEY, how="left", validate="one_to_one")
    return (
        pd.concat(answers, ignore_index=True),
        pd.concat(summaries, ignore_index=True),
        every_pair,
        every_path,
        _joined(curves, CURVES),
        every,
        _shown(rows, pairs, ends, perturbations),
        EXPERIMENTS.table(rows),
    )


def _joined(tables: Sequence[pd.DataFrame], schema: TableSchema) -> pd.DataFrame:
    """Return the rows of all networks and jobs, those of a pair together, in its own order."""
    return schema.table(pd.concat(tables).sort_values(KEY, kind="stable", ignore_index=True))


def _shown(
    rows: pd.DataFrame,
    pairs: Sequence[pd.DataFrame],
    ends: Sequence[Arrays],
    perturbations: Sequence[Arrays],
) -> Arrays:
    """Return images and perturbations of the pairs that have a place, in that order."""
    jobs = len(perturbations) // len(ends)
    shown = rows[rows["place"] > 0].sort_values("place")
    place: dict[tuple[int, int], tuple[int, int]] = {}
    for index, table in enumerate(pairs):
        keys = zip(table["network"], table["pair"], strict=True)
        place |= {key: (index, row) for row, key in enumerate(keys)}
    delta = {
        (number // jobs, int(pair)): one
        for number, arrays in enumerate(perturbations)
        for pair, one in zip(arrays["pair"], arrays["delta"], strict=True)
    }
    where = [place[key] for key in zip(shown["network"], shown["pair"], strict=True)]
    images = {
        name: np.array([ends[i][name][row] for i, row in where], dtype=ends[0][name].dtype)
        for name in ("x1", "x2")
    }
    size = ends[0]["x1"].shape[1:]
    none = np.zeros(size, dtype=np.float32)
    deltas = [delta.get((i, int(pairs[i]["pair"].iloc[row])), none) for i, row in where]
    return {
        **{name: array.reshape(-1, *size) for name, array in images.items()},
        "delta": np.array(deltas, dtype=np.float32).reshape(-1, *size),
    }
