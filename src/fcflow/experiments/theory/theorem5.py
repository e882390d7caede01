"""Theorem 5: arbitrary last layers behind Gaussian layers."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from fcflow.experiments.theory.schemas import THEOREM5
from fcflow.seeds import Stream, generator, run_seed
from fcflow.theory.generative_layers import layer_widths
from fcflow.theory.probing_attack import attack_probes, outside_span

# The proof reaches a tie and then adds an arbitrarily small step; this is that step, relative to
# ‖Δ‖.
_OVERSHOOT = 1e-6


def simulate_theorem5(
    *,
    seed: int,
    dims: Sequence[int],
    draws: Sequence[int],
    layers: int,
    widening: float,
    classes: int,
) -> pd.DataFrame:
    """Attack the class that a random linear network answers, towards the runner-up, one row a network.

    The last layer is uniform on [-1, 1], so condition (1) does not hold.

    Returns
    -------
    DataFrame
        As :data:`~fcflow.experiments.theory.schemas.THEOREM5`.
    """
    rows = []
    for d, n in tqdm(list(zip(dims, draws, strict=True)), desc="d"):
        widths = layer_widths(d, layers, widening)
        seeds = [run_seed(seed, "theorem5", d, number) for number in range(n)]
        drawn = [_probes_and_point(widths, classes, each) for each in seeds]
        i_probes, j_probes, x = (np.stack(each) for each in zip(*drawn, strict=True))
        key = {"d": d, "draw": np.arange(n), "seed": seeds, "redraws": 0}
        rows.append(pd.DataFrame(key | _attacked(i_probes, j_probes, x)))
    return pd.concat(rows, ignore_index=True)[list(THEOREM5.frame.columns)]


def _probes_and_point(
    widths: Sequence[int], classes: int, seed: int
) -> Iterator[NDArray[np.float64]]:
    """Return the probing vectors of the class answered and of the runner-up, and the point."""
    draw = generator(seed, Stream.MATRIX)
    probes = generator(seed, Stream.WEIGHTS).uniform(-1, 1, (classes, widths[-1]))
    layers = [draw.standard_normal((after, before)) for before, after in pairwise(widths)]
    for layer in reversed(layers):
        probes = probes @ layer
    x = generator(seed, Stream.POINTS).standard_normal(widths[0])
    second, first = np.argsort(probes @ x)[-2:]
    return iter((probes[first], probes[second], x))


def _attacked(
    p_i: NDArray[np.float64], p_j: NDArray[np.float64], x: NDArray[np.float64]
) -> dict[str, Any]:
    attack = attack_probes(p_i, p_j, x)
    difference = p_i - p_j
    return {
        "norm": attack.norm,
        "bound": attack.bound,
        "projection_norm": attack.projection_norm,
        "input_norm": np.linalg.norm(x, axis=1),
        "outside_span": outside_span(attack, p_i, p_j),
        "gap": (difference * x).sum(axis=1),
        "gap_after": (difference * (x + attack.delta)).sum(axis=1),
        "flipped": (difference * (x + (1 + _OVERSHOOT) * attack.delta)).sum(axis=1) < 0,
    }
