"""Theorem 4 by simulation: Theorem 1 where the points come from Gaussian generator layers."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from fcflow.experiments.theory.draws import gaussian_matrix, invertible
from fcflow.experiments.theory.simulation import simulation
from fcflow.experiments.theory.theorem4.columns import DRAWS
from fcflow.seeds import Stream, generator, run_seed
from fcflow.theory.generative_layers import (
    attack_layers,
    attack_norm,
    generator_layers,
    layer_widths,
    trailing_products,
)
from fcflow.theory.interpolation_attack import nearest_pair_distance


@simulation("theorem4", writes=DRAWS)
def simulate_theorem4(
    *,
    seed: int,
    dims: Sequence[int],
    draws: Sequence[int],
    layers: Sequence[int],
    widenings: Sequence[float],
    law_draws: int,
) -> pd.DataFrame:
    """Attack whole networks, and draw the norm of the attack from its law, one row a draw.

    Parameters
    ----------
    seed, dims, draws, layers, widenings, law_draws
        As in the configuration.

    Returns
    -------
    DataFrame
        As :data:`~fcflow.experiments.theory.theorem4.columns.DRAWS`. Rows whose ``whole`` is false
        are draws of R's last block from Lemma 3's law, which cost nothing at any d: there are
        ``law_draws`` of them at each.
    """
    parts = []
    for count, widening in product(layers, widenings):
        for d, n in tqdm(list(zip(dims, draws, strict=True)), desc=f"{count} layers, {widening:g}"):
            key = {"d": d, "layers": count, "widening": float(widening)}
            own = run_seed(seed, "theorem4", count, repr(float(widening)), d)
            whole = pd.DataFrame(_whole_networks(own, layer_widths(d, count, widening), n))
            parts.append(whole.assign(**key, whole=True))
            parts.append(_from_law(run_seed(own, "law"), key, law_draws))
    return DRAWS.table(pd.concat(parts, ignore_index=True))


def _whole_networks(seed: int, widths: Sequence[int], draws: int) -> Iterator[dict[str, Any]]:
    for number in range(draws):
        own = run_seed(seed, number)
        layers, redraws = _layers(widths, own)
        attack = attack_layers(layers)
        yield {
            "draw": number,
            "seed": own,
            "redraws": redraws,
            "norm": float(attack_norm(attack.T)),
            "nearest_distance": nearest_pair_distance(attack.X[None])[0],
            "flipped": bool(attack.outputs[-2] > attack.outputs[-1]),
            "flip_error": float(np.abs(attack.outputs[-2:] - [1.0, 0.0]).max()),
        }


def _layers(widths: Sequence[int], seed: int) -> tuple[list[NDArray[np.float64]], int]:
    """Draw Z and the generator matrices; square ones are drawn anew while they are singular."""
    redraws = []

    def gaussian(number: int, shape: tuple[int, int]) -> NDArray[np.float64]:
        own = run_seed(seed, number)
        if shape[0] != shape[1]:
            return generator(own, Stream.MATRIX).standard_normal(shape)
        matrix, again = invertible(partial(gaussian_matrix, shape[0]), own)
        redraws.append(again)
        return matrix

    return generator_layers(widths, gaussian), sum(redraws)


def _from_law(seed: int, key: dict[str, Any], draws: int) -> pd.DataFrame:
    widths = layer_widths(key["d"], key["layers"], key["widening"])
    norms = attack_norm(trailing_products(widths, draws, generator(seed, Stream.FACTORS)))
    names = {"draw": np.arange(draws), "seed": seed, "redraws": 0}
    missing = {"nearest_distance": np.nan, "flip_error": np.nan}
    return pd.DataFrame(names | key | missing | {"norm": norms, "whole": False, "flipped": True})
