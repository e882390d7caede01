"""How little it takes to change what a network says to the first image of a pair."""

import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import Tensor

from fcflow.attacks.outcome import Outcome, confirm, outcome
from fcflow.attacks.registry import load_attack
from fcflow.experiments.images.columns import (
    ATTACKS,
    CLASSES,
    ENDS,
    KEY,
    PAIRS,
    PERTURBATIONS,
    WEIGHTS,
)
from fcflow.experiments.images.least import flips
from fcflow.experiments.images.network import Arrays, Group, Network, groups, open_network
from fcflow.perturbations import Perturbation, reasons
from fcflow.steps import step

_BOX = (0.0, 1.0)
_COMMON = {"attack", "criterion", "box"}


@step(
    reads={"pairs": PAIRS, "ends": ENDS, "classes": CLASSES, "weights": [WEIGHTS]},
    writes={"attacks": ATTACKS, "perturbations": PERTURBATIONS},
    gpu=True,
)
def attack_pairs(
    pairs: pd.DataFrame,
    ends: Arrays,
    classes: pd.DataFrame,
    weights: Sequence[Arrays],
    *,
    part: int,
    jobs: int,
    classifier: dict[str, Any],
    attacks: Sequence[dict[str, Any]],
    pairs_at_once: int | None,
    memory_gb: float | None,
    bounds: Sequence[float] | None = _BOX,
    device: str = "cpu",
) -> tuple[pd.DataFrame, dict[str, NDArray[Any]]]:
    """Attack the first image of each pair in every way that the configuration names, in float32.

    Parameters
    ----------
    attacks : sequence of dict
        ``attack``, ``criterion``, ``box``, and the attack's own parameters.
    bounds : (float, float)
        What perturbed images stay within where ``box`` is true; None for no such limits.

    Returns
    -------
    attacks : DataFrame
        One row a pair and attack, as :data:`~fcflow.experiments.images.columns.ATTACKS`.
    perturbations : dict
        ``delta``, float32 [n, c, h, w], and ``pair``, int64 [n]: for the pairs that are shown, the
        shortest perturbation found that puts x2's class over x1's and keeps pixels in [0, 1].
    """
    shape = ends["x1"].shape[1:]
    network = open_network(classifier, weights, shape, memory_gb=memory_gb, device=device)
    name = dict(zip(classes["label"], classes["name"], strict=True))
    tables: list[pd.DataFrame] = []
    shortest: dict[int, tuple[float, NDArray[np.float32]]] = {}
    seconds: dict[str, float] = defaultdict(float)
    share: dict[str, Any] = {"part": part, "jobs": jobs, "pairs_at_once": pairs_at_once}
    for group in groups(pairs, ends, **share, device=device):
        for way in attacks:
            started = time.perf_counter()
            found = _attack(network, group, way, bounds, alone=pairs_at_once == 1)
            boxed = ", in the box" if way["box"] else ""
            seconds[f"{way['attack']}, {way['criterion']}{boxed}"] += time.perf_counter() - started
            rows, perturbation = _rows(group, way, *found, name), found[0]
            tables.append(rows)
            inside = rows["box"] | (bounds is None)
            kept = rows["place"].gt(0) & inside & flips(rows)
            for i in np.flatnonzero(kept):
                pair, norm = int(rows["pair"].iloc[i]), float(rows["norm"].iloc[i])
                if norm < shortest.get(pair, (np.inf, None))[0]:
                    shortest[pair] = norm, perturbation.delta[i].cpu().numpy()
    # Into the log: results must be the same however long they took.
    sys.stderr.writelines(f"{way}: {spent:.2f} s\n" for way, spent in seconds.items())
    deltas = [delta for _, delta in shortest.values()]
    return ATTACKS.table(pd.concat(tables) if tables else []), {
        "delta": np.array(deltas, dtype=np.float32).reshape(-1, *shape),
        "pair": np.array([*shortest], dtype=np.int64),
    }


def _attack(
    network: Network,
    group: Group,
    way: Mapping[str, Any],
    bounds: Sequence[float] | None,
    *,
    alone: bool,
) -> tuple[Perturbation, Outcome, tuple[str, ...]]:
    """Return what came of one attack on each pair, what the network says to it, and why none did.

    A search that evaluated several points at once may have stopped where rounding decides: if pairs
    count ``alone``, each point is evaluated by itself again, and lengthened until it succeeds.
    """
    own = {key: value for key, value in way.items() if key not in _COMMON}
    box = tuple(bounds) if bounds and way["box"] else None
    aim: dict[str, Any] = {"criterion": way["criterion"], "bounds": box}
    x, ends = group.x1, (group.source, group.target)
    run = load_attack(way["attack"]).run
    result: Perturbation = run(network.model, x, *ends, **aim, batch=network.batch, **own)
    if not alone:
        seen = outcome(network.model, x, result.delta, *ends, batch=network.batch)
        return result, seen, reasons(result)
    delta, success, seen = confirm(network.model, x, result.delta, *ends, **aim)
    norm = delta.double().flatten(1).norm(dim=1)
    alone_found = replace(result, delta=delta, norm=norm, success=success)
    return alone_found, seen, reasons(alone_found)


def _rows(
    group: Group,
    way: Mapping[str, Any],
    perturbation: Perturbation,
    seen: Outcome,
    reason: Sequence[str],
    name: Mapping[int, str],
) -> pd.DataFrame:
    """Return one row a pair, with ``place`` and ``half_distance`` beside what ATTACKS declares."""
    success = _array(perturbation.success)
    norm = np.where(success, _array(perturbation.norm), np.nan)
    largest = _array(perturbation.delta.flatten(1).abs().amax(dim=1)).astype(np.float64)
    predicted = _array(seen.predicted)
    return group.rows[[*KEY, "place", "half_distance"]].assign(
        **{key: way[key] for key in ("attack", "criterion", "box")},
        norm=norm,
        max_norm=np.where(success, largest, np.nan),
        ratio=norm / group.rows["half_distance"],
        success=success,
        reason=list(reason),
        gap=_array(seen.gap),
        predicted=predicted,
        predicted_name=[name[int(number)] for number in predicted],
        pair_flipped=success & _array(seen.pair_flipped),
        argmax_changed=success & _array(seen.argmax_changed),
        target_reached=success & _array(seen.target_reached),
        n_forward=_array(perturbation.n_forward),
        n_backward=_array(perturbation.n_backward),
    )


def _array(value: Tensor) -> NDArray[Any]:
    array: NDArray[Any] = value.cpu().numpy()
    return array
