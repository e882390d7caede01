"""What a way of training changes, against plain training from the same seed on the same matrix."""

from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.clusters import clustered_estimate
from fcflow.experiments.ablations.cells import trained
from fcflow.experiments.ablations.columns import KEY
from fcflow.experiments.ablations.naming import VALUES, value_words
from fcflow.stats import Estimate

STUDY = "robust"
# Changes of logarithms, and of accuracy.
CHANGES = {
    "change_norm": "norm",
    "change_cosine": "cos_theta",
    "change_gap_gradient": "gap_gradient",
    "change_curvature": "curvature",
}
_MOST_RESAMPLES = 2000


def changes(networks: pd.DataFrame) -> pd.DataFrame:
    """Return the networks that are not trained plainly, with changes from the plain one of a run.

    Parameters
    ----------
    networks : DataFrame
        As :data:`~fcflow.experiments.ablations.columns.NETWORKS`.

    Returns
    -------
    DataFrame
        With ``change_norm``, … of logarithms, ``change_accuracy``, ``both_learned``, and ``cell``,
        the name of method and strength.
    """
    own = trained(networks, STUDY)
    columns = ["accuracy", "learned", *CHANGES.values()]
    same = [name for name in KEY if name not in ("method", "strength")]
    plain = own.loc[own["method"] == "plain", [*same, *columns]]
    own = own[own["method"] != "plain"].merge(plain, on=same, suffixes=("", "_plain"))
    logs = {
        name: _log(own[column]) - _log(own[f"{column}_plain"]) for name, column in CHANGES.items()
    }
    cells = [
        f"{VALUES['method'][method]} {value_words('strength', strength)}"
        for method, strength in zip(own["method"], own["strength"], strict=True)
    ]
    return own.assign(
        **logs,
        change_accuracy=own["accuracy"] - own["accuracy_plain"],
        both_learned=own["learned"] & own["learned_plain"],
        cell=pd.Series(cells, own.index, dtype=object),
    )


def slope(changed: pd.DataFrame, y: str, x: str, *, resamples: int, level: float) -> Estimate:
    """Return the slope of y on x through the origin, with an interval from resampling runs.

    Through the origin, because a training that changes nothing changes neither.

    Examples
    --------
    >>> rows = pd.DataFrame({"run": [0, 1], "x": [1.0, 2.0], "y": [0.5, 1.0]})
    >>> slope(rows, "y", "x", resamples=100, level=0.9).value
    0.5
    """
    own = changed[["run", x, y]].dropna()
    points = own[[x, y]].to_numpy(dtype=np.float64)
    return clustered_estimate(
        partial(_through_the_origin, points),
        own["run"].to_numpy(),
        resamples=min(resamples, _MOST_RESAMPLES),
        level=level,
    )


def slopes_of_runs(changed: pd.DataFrame, y: str, x: str) -> pd.DataFrame:
    """Return the slope of y on x through the origin of each run alone.

    Parameters
    ----------
    changed : DataFrame
        As :func:`changes` returns it.

    Returns
    -------
    DataFrame
        ``run``, ``slope``, ``weight``, the run's share of Σx², by which the slope of all weighs
        it, and ``rest``, the slope of all others.

    Examples
    --------
    >>> rows = pd.DataFrame({"run": [0, 1, 1], "x": [3.0, 1.0, 0.0], "y": [3.0, 0.5, 9.0]})
    >>> slopes_of_runs(rows, "y", "x").to_numpy().tolist()
    [[0.0, 1.0, 0.9, 0.5], [1.0, 0.5, 0.1, 1.0]]
    """
    own = changed[["run", x, y]].dropna()
    sums = pd.DataFrame({"xx": own[x] ** 2, "xy": own[x] * own[y]}).groupby(own["run"]).sum()
    sums = sums[sums["xx"] > 0]
    rest = sums.sum() - sums
    made = pd.DataFrame(
        {
            "slope": sums["xy"] / sums["xx"],
            "weight": sums["xx"] / sums["xx"].sum(),
            "rest": rest["xy"] / rest["xx"] if len(sums) > 1 else np.nan,
        }
    )
    return made.reset_index()


def _through_the_origin(points: NDArray[np.float64], places: NDArray[np.int64]) -> float:
    x, y = points[places].T
    size = float(x @ x)
    return float(x @ y) / size if size > 0 else float("nan")


def _log(values: "pd.Series[float]") -> "pd.Series[float]":
    return pd.Series(np.log(values.where(values > 0)))
