"""The training of a study's networks on fresh points, those of one shape together."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from fcflow.data.coordinates import fresh_batches
from fcflow.data.entries import draw_mixing_matrix
from fcflow.experiments.ablations.columns import TRAINING, WEIGHTS
from fcflow.experiments.ablations.studies import Cell, Fused, fused_cells
from fcflow.networks.dense_group import initial_dense_group
from fcflow.seeds import run_seed
from fcflow.steps import step
from fcflow.theory.compression_ratio import compression_ratio
from fcflow.training.dense_group import train_dense_group

Arrays = Mapping[str, NDArray[Any]]


@step(writes={"training": TRAINING, "weights": WEIGHTS}, gpu=True)
def train_study(
    *,
    study: str,
    runs: int,
    sweep: Mapping[str, list[Any]],
    methods: Mapping[Any, list[float]],
    column_scale: float,
    batch_size: int,
    steps: int,
    learning_rate: float,
    checkpoints: Sequence[int],
    seed: int,
    device: str = "cpu",
) -> tuple[pd.DataFrame, dict[str, NDArray[Any]]]:
    """Train a network for each combination and run.

    Returns
    -------
    rows : DataFrame
        One row a network and kept step, as
        :data:`~fcflow.experiments.ablations.columns.TRAINING`.
    weights : dict
        ``<fused>-<step>-W0``, … of the networks that were trained together, at each kept step, in
        the order of ``place``.
    """
    kept = sorted({*checkpoints, steps})
    schedule: dict[str, Any] = {"steps": steps, "learning_rate": learning_rate, "keep": kept}
    tables: list[pd.DataFrame] = []
    weights: dict[str, NDArray[Any]] = {}
    fused_all = [*fused_cells(sweep, methods)]
    for number, (fused, cells) in enumerate(tqdm(fused_all, desc=study, unit="shape")):
        rows, A = _problems(study, fused, cells, runs, column_scale, seed)
        group = initial_dense_group(fused.shape, rows["seed"].tolist(), device)
        batches = _batches(rows, A, steps, batch_size, device)
        own = {"method": fused.method, "optimiser": fused.optimiser, "strengths": _sizes(rows)}
        for at in train_dense_group(group, batches, **schedule | own):
            arrays = group.arrays()
            finite = np.all(
                [np.isfinite(a).reshape(len(a), -1).all(1) for a in arrays.values()], axis=0
            )
            tables.append(rows.assign(step=at, finite=finite, fused=number))
            weights |= {
                f"{number}-{at}-{name}": np.where(np.isfinite(array), array, 0)
                for name, array in arrays.items()
            }
    every = pd.concat(tables, ignore_index=True).assign(steps=steps, column_scale=column_scale)
    return TRAINING.table(every), weights


def matrices_of(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return the matrices A [rows, d, d] of networks of one dimension, from their seeds."""
    keys: list[Any] = rows[["d", "column_scale", "seed", "entries"]].to_dict("records")
    return np.stack([draw_mixing_matrix(**key).A for key in keys])


def _problems(
    study: str, fused: Fused, cells: Sequence[Cell], runs: int, column_scale: float, seed: int
) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """Return a row for each network of some cells, and their matrices."""
    d = fused.shape.d
    seeds = [run_seed(seed, "ablations", study, d, run) for run in range(runs)]
    drawn = {
        (entries, own): draw_mixing_matrix(d, column_scale, own, entries)
        for entries in {cell.entries for cell in cells}
        for own in seeds
    }
    rows = pd.DataFrame(
        [
            {**vars(cell), "run": run, "seed": own, "redraws": drawn[cell.entries, own].redraws}
            for cell in cells
            for run, own in enumerate(seeds)
        ]
    )
    A = np.stack([drawn[cell.entries, own].A for cell in cells for own in seeds])
    what = {"study": study, "method": fused.method, "optimiser": fused.optimiser}
    return (
        rows.assign(
            **what,
            **vars(fused.shape),
            place=np.arange(len(rows)),
            phi=compression_ratio(A),
            feature_norm=np.linalg.norm(A[:, :, -1], axis=1),
        ),
        A,
    )


def _sizes(rows: pd.DataFrame) -> list[float]:
    """Return what the method takes as its strengths: sizes of perturbations are shares of ‖a‖."""
    of_points = rows["method"].isin(["penalty", "augmentation", "adversarial"])
    scale = rows["feature_norm"].where(of_points, 1.0)
    return [float(size) for size in rows["strength"] * scale]


def _batches(
    rows: pd.DataFrame, A: NDArray[np.float64], steps: int, batch_size: int, device: str
) -> Iterator[tuple[Tensor, Tensor]]:
    mixed = torch.tensor(A.transpose(0, 2, 1), dtype=torch.float32, device=device)
    kinds, seeds = rows["points"].tolist(), rows["seed"].tolist()
    for z in fresh_batches(steps, batch_size, A.shape[1], kinds, seeds):
        own = torch.tensor(z, dtype=torch.float32, device=device)
        yield torch.bmm(own, mixed), own[..., -1]
