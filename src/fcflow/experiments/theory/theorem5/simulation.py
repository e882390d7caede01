"""Theorem 5 by simulation: arbitrary last layers behind Gaussian layers."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from fcflow.experiments.theory.simulation import simulation
from fcflow.experiments.theory.theorem5.columns import DRAWS
from fcflow.seeds import Stream, generator, run_seed
from fcflow.theory.generative_layers import layer_widths
from fcflow.theory.probing_attack import attack_probes, outside_span

Array = NDArray[np.float64]

# The proof reaches a tie and then adds an arbitrarily small step; this is that step, relative to
# ‖Δ‖: far above rounding and far below every length that is measured.
_OVERSHOOT = 1e-6


@simulation("theorem5", writes=DRAWS)
def simulate_theorem5(
    *,
    seed: int,
    dims: Sequence[int],
    draws: Sequence[int],
    layers: int,
    widening: float,
    classes: int,
) -> pd.DataFrame:
    """Attack the class that a random linear network answers, towards the runner-up.

    The last layer is uniform on [-1, 1], so condition (1) does not hold.

    Returns
    -------
    DataFrame
        As :data:`~fcflow.experiments.theory.theorem5.columns.DRAWS`, one row a network.
    """
    rows = []
    for d, n in tqdm(list(zip(dims, draws, strict=True)), desc="d"):
        widths = layer_widths(d, layers, widening)
        seeds = [run_seed(seed, "theorem5", d, number) for number in range(n)]
        networks = [_probes_and_point(widths, classes, own) for own in seeds]
        attacked = _attacked(*(np.stack(vectors) for vectors in zip(*networks, strict=True)))
        key = {"d": d, "draw": np.arange(n), "seed": seeds, "redraws": 0}
        rows.append(pd.DataFrame(key | attacked))
    return DRAWS.table(pd.concat(rows, ignore_index=True))


def _probes_and_point(widths: Sequence[int], classes: int, seed: int) -> tuple[Array, Array, Array]:
    """Return the probing vectors of the class answered and of the runner-up, and the point."""
    draw = generator(seed, Stream.MATRIX)
    probes = generator(seed, Stream.WEIGHTS).uniform(-1, 1, (classes, widths[-1]))
    layers = [draw.standard_normal((after, before)) for before, after in pairwise(widths)]
    for layer in reversed(layers):
        probes = probes @ layer
    x = generator(seed, Stream.POINTS).standard_normal(widths[0])
    second, first = np.argsort(probes @ x)[-2:]
    return probes[first], probes[second], x


def _attacked(p_i: Array, p_j: Array, x: Array) -> dict[str, Any]:
    """Return what is measured of networks with probing vectors [n, d] at points [n, d]."""
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
