"""Theorem 1 by simulation: networks that interpolate d Gaussian points of d classes."""

from collections.abc import Sequence

import pandas as pd
from tqdm import tqdm

from fcflow.experiments.theory.draws import gaussian_stacks
from fcflow.experiments.theory.simulation import simulation
from fcflow.experiments.theory.theorem1.columns import DRAWS
from fcflow.theory.interpolation_attack import (
    allowed_error,
    attack_interpolation,
    nearest_pair_distance,
)


@simulation("theorem1", writes=DRAWS)
def simulate_theorem1(*, seed: int, dims: Sequence[int], draws: Sequence[int]) -> pd.DataFrame:
    """Draw points, build the proof's perturbation and see whether it flips; one row a draw.

    Parameters
    ----------
    seed, dims, draws
        As in the configuration.

    Returns
    -------
    DataFrame
        As :data:`~fcflow.experiments.theory.theorem1.columns.DRAWS`.
    """
    rows = []
    for d, n in tqdm(list(zip(dims, draws, strict=True)), desc="d"):
        for stack in gaussian_stacks(seed, ["theorem1"], d, n):
            attack = attack_interpolation(stack.matrices)
            measured = {
                "norm": attack.norm,
                "pair_norm": attack.pair_norm,
                "r_before": attack.T[:, 0, 0],
                "r_off": attack.T[:, 0, 1],
                "r_last": attack.T[:, 1, 1],
                "nearest_distance": nearest_pair_distance(stack.matrices),
                "flipped": attack.flipped,
                "targeted": attack.targeted,
                "flip_error": attack.flip_error,
                "allowed_error": allowed_error(stack.matrices, attack),
            }
            rows.append(pd.DataFrame(stack.columns(d) | measured))
    return DRAWS.table(pd.concat(rows, ignore_index=True))
