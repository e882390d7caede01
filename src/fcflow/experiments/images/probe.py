"""Where a network looks along the path from one image of a pair to the other."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import Tensor, nn

from fcflow.artifacts.schema import REASON
from fcflow.compression.path import PathCompression, path_compression
from fcflow.errors import FcflowError
from fcflow.experiments.images.columns import CURVES, ENDS, EXPERIMENTS, KEY, PAIRS, PATHS, WEIGHTS
from fcflow.experiments.images.entries import labels_of, load_entry
from fcflow.experiments.images.network import Arrays, Group, groups, open_network
from fcflow.steps import step


@step(
    reads={"pairs": PAIRS, "ends": ENDS, "weights": [WEIGHTS]},
    writes={"curves": CURVES, "paths": PATHS},
    gpu=True,
)
def probe_pairs(
    pairs: pd.DataFrame,
    ends: Arrays,
    weights: Sequence[Arrays],
    *,
    part: int,
    jobs: int,
    classifier: dict[str, Any],
    gammas: int,
    path_tolerance: float,
    max_gradients: int,
    measures: Sequence[str],
    pairs_at_once: int | None,
    memory_gb: float | None,
    device: str = "cpu",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure cos θ_γ, the path integral D and the lengths that it predicts, in float32.

    Returns
    -------
    curves : DataFrame
        One row a pair and γ, as :data:`~fcflow.experiments.images.columns.CURVES`.
    paths : DataFrame
        One row a pair, as :data:`~fcflow.experiments.images.columns.PATHS`, with the columns of the
        measures.
    """
    shape = ends["x1"].shape[1:]
    network = open_network(classifier, weights, shape, memory_gb=memory_gb, device=device)
    options: dict[str, Any] = {
        "points": gammas,
        "tolerance": path_tolerance,
        "max_gradients": max_gradients,
        "batch": network.batch,
    }
    curves, paths = [], []
    share: dict[str, Any] = {"part": part, "jobs": jobs, "pairs_at_once": pairs_at_once}
    for group in groups(pairs, ends, **share, device=device):
        path = path_compression(
            network.model, group.x1, group.x2, group.source, group.target, **options
        )
        curves.append(_curves(path, group))
        between = (group.x1, group.x2, group.source, group.target)
        columns = path_columns(path)
        columns |= measured(network.model, between, path, measures, batch=network.batch)
        paths.append(group.rows[KEY].assign(**columns))
    return tuple(
        schema.table(pd.concat(tables) if tables else [])
        for schema, tables in ((CURVES, curves), (PATHS, paths))
    )  # type: ignore[return-value]


def _curves(path: PathCompression, group: Group) -> pd.DataFrame:
    count, points = path.cos.shape
    rows = group.rows[KEY].loc[group.rows.index.repeat(points)].reset_index(drop=True)
    columns = {"cos_theta": path.cos, "gradient_norm": path.grad_norm, "gap": path.gap}
    gamma = np.tile(path.gamma.double().cpu().numpy(), count)
    values = {name: value.double().cpu().numpy().ravel() for name, value in columns.items()}
    return rows.assign(gamma=gamma, **values)


def path_columns(path: PathCompression) -> dict[str, NDArray[Any]]:
    """Return the columns of :data:`~fcflow.experiments.images.columns.PATHS`, [n] each."""
    columns = {
        "gap_x1": path.gap[:, 0],
        "gap_x2": path.gap[:, -1],
        "integral": path.integral,
        "quadrature_error": path.quadrature_error,
        "gradient_norm": path.grad_norm[:, 0],
        "cos_theta": path.cos[:, 0],
        "mean_cos": path.mean_cos,
        "mean_abs_cos": path.cos.abs().mean(dim=1),
        "predicted_length": path.predicted_length,
        "flip_length": path.flip_length,
    }
    values = {name: value.double().cpu().numpy() for name, value in columns.items()}
    change = values["gap_x1"] - values["gap_x2"]
    return {
        **values,
        "relative_error": np.abs(values["quadrature_error"] / change),
        "converged": path.converged.cpu().numpy(),
        "n_gradients": path.n_gradients.cpu().numpy(),
    }


def measured(
    model: nn.Module,
    ends: tuple[Tensor, Tensor, Tensor, Tensor],
    path: PathCompression,
    measures: Sequence[str],
    *,
    batch: int,
) -> dict[str, NDArray[Any]]:
    """Return the columns of measures, float64 [n] each; text where they say why one is missing.

    Parameters
    ----------
    ends : x1, x2, source, target
    measures : sequence of str
        Entries, see :mod:`.entries`.

    Raises
    ------
    FcflowError
        If one returns other columns than its labels name, or one that is there already.
    """
    columns: dict[str, Any] = {}
    known = {*PATHS.frame.columns, *EXPERIMENTS.frame.columns}
    for name in measures:
        values = load_entry("measure", name)(model, *ends, path, batch=batch)
        labels = labels_of(name)
        numbers = [column for column in values if not column.endswith(REASON)]
        if labels is not None and numbers != [*labels]:
            raise FcflowError(f"the measure {name} must return the columns that its labels name")
        if taken := sorted(values.keys() & {*known, *columns}):
            raise FcflowError(f"the measure {name} returns {taken[0]!r}, which is a column already")
        columns |= {
            column: np.array(value, dtype=object)
            if column.endswith(REASON)
            else value.double().cpu().numpy()
            for column, value in values.items()
        }
    return columns
