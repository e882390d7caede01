"""Theorem 7 by simulation: what two Gaussian gradients see of a Gaussian direction."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from tqdm import tqdm

from fcflow.experiments.theory.simulation import simulation
from fcflow.experiments.theory.theorem7.columns import DRAWS
from fcflow.seeds import Stream, generator, run_seed
from fcflow.theory.gradient_span import span_energies


@simulation("theorem7", writes=DRAWS)
def simulate_theorem7(*, seed: int, dims: Sequence[int], draws: Sequence[int]) -> pd.DataFrame:
    """Draw two gradients and a direction, and measure its part in their span.

    Returns
    -------
    DataFrame
        As :data:`~fcflow.experiments.theory.theorem7.columns.DRAWS`, one row a draw.
    """
    rows = []
    for d, n in tqdm(list(zip(dims, draws, strict=True)), desc="d"):
        seeds = [run_seed(seed, "theorem7", d, number) for number in range(n)]
        vectors = [generator(own, Stream.MATRIX).standard_normal((3, d)) for own in seeds]
        projected, energy = span_energies(*np.stack(vectors, axis=1))
        key = {"d": d, "draw": np.arange(n), "seed": seeds, "redraws": 0}
        energies = {"projected_energy": projected, "energy": energy, "ratio": projected / energy}
        rows.append(pd.DataFrame(key | energies))
    return DRAWS.table(pd.concat(rows, ignore_index=True))
