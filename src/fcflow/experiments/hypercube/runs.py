"""The trained runs of a study, one after another, whatever setting they belong to."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
from numpy.typing import NDArray

from fcflow.experiments.hypercube.columns import key_of

Arrays = Mapping[str, NDArray[Any]]


class TrainedRun(NamedTuple):
    """One run after its training.

    Attributes
    ----------
    key : dict
        The columns that name it.
    valid : bool
    A : float64 [d, d]
    arrays : dict
        What was stored of its network.
    problem : row of :data:`~fcflow.experiments.hypercube.columns.PROBLEMS`, or None
    """

    key: dict[str, Any]
    valid: bool
    A: NDArray[Any]
    arrays: dict[str, NDArray[Any]]
    problem: Any


def trained_runs(
    matrices: Sequence[Arrays],
    training: Sequence[pd.DataFrame],
    arrays: Sequence[Arrays],
    problems: Sequence[pd.DataFrame] | None = None,
) -> list[TrainedRun]:
    """Return the trained runs of several settings.

    Parameters
    ----------
    matrices : sequence of dict
        ``A`` [runs, d, d] of each setting, by number of the run.
    training : sequence of DataFrame
        The trained runs of each setting.
    arrays : sequence of dict
        What was stored of its networks, stacked in the order of ``training``.
    problems : sequence of DataFrame, optional
        The rows that the data of each setting's runs follow from.
    """
    data = [None] * len(training) if problems is None else problems
    settings = zip(matrices, training, arrays, data, strict=True)
    return [run for setting in settings for run in _runs(*setting)]


def _runs(
    matrices: Arrays, training: pd.DataFrame, arrays: Arrays, problems: pd.DataFrame | None
) -> Iterator[TrainedRun]:
    names = key_of(training)
    for index, row in enumerate(training.to_dict("records")):
        number = int(row["run"])
        yield TrainedRun(
            {name: row[name] for name in names},
            bool(row["valid"]),
            matrices["A"][number],
            {name: array[index] for name, array in arrays.items()},
            None if problems is None else problems.iloc[number],
        )
