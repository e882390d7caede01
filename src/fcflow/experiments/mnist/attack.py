"""Stage 5: how little it takes to turn each seven into a one (Table 5)."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from fcflow.attacks.ddn import ddn
from fcflow.attacks.fast_gradient import fast_gradient
from fcflow.attacks.goal import Criterion, Goal
from fcflow.attacks.gradient_descent import gradient_descent
from fcflow.attacks.outcome import outcome
from fcflow.experiments.mnist.schemas import ATTACKED, ATTACKS, SOURCE, TARGET, as_table
from fcflow.experiments.mnist.train import as_images
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.minimal.perturbation import MinimalPerturbation, minimal_perturbation
from fcflow.networks.mnist_cnn import MnistCnn
from fcflow.networks.single_precision import SinglePrecision

_BOX = (0.0, 1.0)


def attack_pairs(
    pairs: dict[str, NDArray[Any]],
    network: MnistCnn,
    *,
    number: int,
    descent_share: float,
    descent_steps: int,
    ddn_steps: int,
    minimal_steps: int,
    minimal_restarts: int,
    device: str = "cpu",
) -> tuple[pd.DataFrame, dict[str, NDArray[Any]]]:
    """Attack the sevens of a network's pairs in every way of ``ATTACKED``, all sevens at once, in float32.

    Parameters
    ----------
    pairs : dict
        ``image`` and ``x1`` as :func:`~fcflow.experiments.mnist.block.block_sevens` returns them.
    number : int
        The network's.
    descent_share, descent_steps
        See :func:`~fcflow.attacks.gradient_descent.gradient_descent`.
    ddn_steps : int
        See :func:`~fcflow.attacks.ddn.ddn`.
    minimal_steps, minimal_restarts : int
        See :func:`~fcflow.minimal.perturbation.minimal_perturbation`.

    Returns
    -------
    attacks : DataFrame
        One row a pair and attack, as :data:`~fcflow.experiments.mnist.schemas.ATTACKS`.
    perturbations : dict
        ``delta``, float32 [n, 28, 28], and ``image``, int64 [n]: of the perturbations that flip the
        gap and leave the pixels in [0, 1], the shortest found, by whichever attack.
    """
    x, images = as_images(pairs["x1"], device), pairs["image"].tolist()
    rows: list[dict[str, Any]] = []
    best: dict[int, tuple[float, NDArray[np.float32]]] = {}
    if images:
        ways = _ways(network, descent_share, descent_steps, ddn_steps)
        single = SinglePrecision(network).eval()
        minimal = partial(_minimal, single, steps=minimal_steps, restarts=minimal_restarts)
        for attack, criterion, boxed in tqdm(ATTACKED, desc="attacks", unit="attack"):
            bounds = _BOX if boxed else None
            if attack == "minimal":
                found = minimal(x, criterion, bounds)
            else:
                found = ways[attack](x, SOURCE, TARGET, criterion=criterion, bounds=bounds)
            kind = {"attack": attack, "criterion": criterion, "boxed": boxed}
            new = _rows(
                network, x, found, [{"network": number, "image": image} | kind for image in images]
            )
            rows += new
            for row, delta in zip(new, found.delta, strict=True):
                shorter = row["success"] and row["norm"] < best.get(row["image"], (np.inf, None))[0]
                if boxed and row["pair_flipped"] and shorter:
                    best[row["image"]] = row["norm"], delta[0].cpu().numpy()
    order = sorted(best)
    perturbations: dict[str, NDArray[Any]] = {
        "delta": (
            np.array([best[image][1] for image in order], dtype=np.float32).reshape(-1, 28, 28)
        ),
        "image": np.array(order, dtype=np.int64),
    }
    return as_table(rows, ATTACKS), perturbations


def _minimal(
    network: SinglePrecision,
    x: Tensor,
    criterion: Criterion,
    bounds: tuple[float, float] | None,
    *,
    steps: int,
    restarts: int,
) -> MinimalPerturbation:
    """Return least perturbations that also flip by the rounding of all points evaluated at once, as the others do."""
    target = TARGET if criterion == "pair" else None
    found = minimal_perturbation(
        network, x, SOURCE, target, bounds=bounds, steps=steps, restarts=restarts
    )
    goal = Goal(network, x, SOURCE, TARGET, criterion=criterion, bounds=bounds, batch=DEFAULT_BATCH)
    told = goal.result(found.delta, found.success)
    return replace(told, n_forward=found.n_forward + told.n_forward, n_backward=found.n_backward)


def _ways(
    network: MnistCnn, descent_share: float, descent_steps: int, ddn_steps: int
) -> dict[str, Callable[..., MinimalPerturbation]]:
    return {
        "fast_l2": partial(fast_gradient, network, step="l2"),
        "fast_sign": partial(fast_gradient, network, step="sign"),
        "descent": partial(
            gradient_descent, network, step_share=descent_share, steps=descent_steps
        ),
        "ddn": partial(ddn, network, steps=ddn_steps),
    }


def _rows(
    network: MnistCnn, x: Tensor, found: MinimalPerturbation, keys: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return what came of one attack on every point, as the network itself sees it."""
    seen = outcome(network, x, found.delta, SOURCE, TARGET)
    return [
        key
        | {
            "norm": float(found.norm[i]) if found.success[i] else float("nan"),
            "success": bool(found.success[i]),
            "gap": float(seen.gap[i]),
            "predicted": int(seen.predicted[i]),
            "pair_flipped": bool(seen.pair_flipped[i]),
            "argmax_changed": bool(seen.argmax_changed[i]),
            "target_reached": bool(seen.target_reached[i]),
            "n_forward": int(found.n_forward[i]),
            "n_backward": int(found.n_backward[i]),
        }
        for i, key in enumerate(keys)
    ]
