"""Stage 3: how little it takes to change what the network says to the first image of a pair (Table 8)."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import tqdm

from fcflow.attacks.ddn import ddn
from fcflow.attacks.iterated_target import iterated_target
from fcflow.attacks.outcome import Outcome, outcome
from fcflow.data.imagenet import first_words
from fcflow.experiments.imagenet.network import as_tensor
from fcflow.experiments.imagenet.schemas import ATTACKED, ATTACKS
from fcflow.minimal.perturbation import MinimalPerturbation, minimal_perturbation
from fcflow.networks.single_precision import SinglePrecision

_BOUNDS = (0.0, 1.0)
_LENGTHENED = (1e-6, 1e-5, 1e-4, 1e-3)

Attack = Callable[[Tensor, int, int], MinimalPerturbation]


def attack_pairs(
    pairs: pd.DataFrame,
    pixels: NDArray[np.uint8],
    model: nn.Module,
    classes: Sequence[str],
    *,
    iterated_step: float,
    iterated_steps: int,
    ddn_steps: int,
    minimal_steps: int,
    minimal_restarts: int,
    batch: int,
    device: str = "cpu",
) -> tuple[pd.DataFrame, dict[str, NDArray[Any]]]:
    """Attack the first image of each pair, one at a time, in float32; every pixel stays within [0, 1].

    Parameters
    ----------
    pairs : rows of :data:`~fcflow.experiments.imagenet.schemas.PAIRS`
    pixels : uint8 [images, 3, h, w]
    model : torch module in evaluation mode
        From pixels in [0, 1] to logits.
    classes : sequence of str
        Their names.
    iterated_step, iterated_steps
        See :func:`~fcflow.attacks.iterated_target.iterated_target`, the paper's attack.
    ddn_steps : int
        See :func:`~fcflow.attacks.ddn.ddn`.
    minimal_steps, minimal_restarts : int
        See :func:`~fcflow.minimal.perturbation.minimal_perturbation`.
    batch : int
        The most evaluations of the model at once.

    Returns
    -------
    attacks : DataFrame
        One row a pair and attack, as :data:`~fcflow.experiments.imagenet.schemas.ATTACKS`.
    perturbations : dict
        ``delta``, float32 [n, 3, h, w], and ``pair``, int64 [n]: the shortest perturbations found,
        by whichever attack, that flip the gap, for the pairs that are shown and were flipped.
    """
    options: dict[str, Any] = {"bounds": _BOUNDS, "batch": batch}
    ways = _ways(
        model, options, iterated_step, iterated_steps, ddn_steps, minimal_steps, minimal_restarts
    )
    rows: list[dict[str, Any]] = []
    shown: dict[int, NDArray[np.float32]] = {}
    for pair in tqdm(pairs.to_dict("records"), desc="pairs", unit="pair", mininterval=1.0):
        x = as_tensor(pixels[pair["image1"]][None], device)
        shortest = np.inf
        for kind in ATTACKED:
            found = ways[kind](x, pair["source"], pair["target"])
            delta, seen, success = _confirmed(model, x, found.delta, pair, kind[1])
            row = _row(pair, kind, found, delta, seen, success, classes)
            rows.append(row)
            if pair["place"] and row["pair_flipped"] and row["norm"] < shortest:
                shortest = row["norm"]
                shown[pair["pair"]] = delta[0].cpu().numpy()
    size = pixels.shape[1:]
    perturbations: dict[str, NDArray[Any]] = {
        "delta": np.array([*shown.values()], dtype=np.float32).reshape(-1, *size),
        "pair": np.array([*shown], dtype=np.int64),
    }
    table = pd.DataFrame(rows, columns=list(ATTACKS.frame.columns))
    return (
        table.astype({name: column.dtype.type for name, column in ATTACKS.frame.columns.items()}),
        perturbations,
    )


def _ways(
    model: nn.Module,
    options: dict[str, Any],
    iterated_step: float,
    iterated_steps: int,
    ddn_steps: int,
    minimal_steps: int,
    minimal_restarts: int,
) -> dict[tuple[str, str], Attack]:
    """Return each attack by its name and by what it has to reach."""
    single = SinglePrecision(model).eval()
    minimal: Callable[..., MinimalPerturbation] = partial(
        minimal_perturbation, single, steps=minimal_steps, restarts=minimal_restarts, **options
    )
    return {
        ("iterated", "target"): partial(
            iterated_target,
            model,
            step=iterated_step,
            steps=iterated_steps,
            criterion="target",
            **options,
        ),
        ("ddn", "pair"): partial(ddn, model, steps=ddn_steps, criterion="pair", **options),
        ("minimal", "pair"): minimal,
        ("minimal", "argmax"): lambda x, source, _: minimal(x, source),
    }


def _confirmed(
    model: nn.Module, x: Tensor, delta: Tensor, pair: Mapping[Any, Any], criterion: str
) -> tuple[Tensor, Outcome, bool]:
    """Return the perturbation, what the model says to it by itself, and whether that meets the criterion.

    A search that evaluated several points at once may have stopped where rounding decides: such a
    perturbation is lengthened by a millionth, up to a thousandth, until the point alone meets the
    criterion too.
    """
    for longer in (0.0, *_LENGTHENED):
        tried = (x + delta * (1 + longer)).clamp(*_BOUNDS) - x
        seen = outcome(model, x, tried, pair["source"], pair["target"])
        reached = {
            "pair": seen.pair_flipped,
            "argmax": seen.argmax_changed,
            "target": seen.target_reached,
        }[criterion]
        if bool(reached[0]):
            return tried, seen, True
    return delta, seen, False


def _row(
    pair: Mapping[Any, Any],
    kind: tuple[str, str],
    found: MinimalPerturbation,
    delta: Tensor,
    seen: Outcome,
    success: bool,
    classes: Sequence[str],
) -> dict[str, Any]:
    """Return what came of one attack, as the model itself sees it."""
    norm = float(delta.double().norm()) if success else float("nan")
    predicted = int(seen.predicted[0])
    return {
        "pair": pair["pair"],
        "attack": kind[0],
        "criterion": kind[1],
        "norm": norm,
        "max_norm": float(delta.abs().max()) if success else float("nan"),
        "ratio": norm / pair["half_distance"],
        "success": success,
        "pair_flipped": success and bool(seen.pair_flipped[0]),
        "argmax_changed": success and bool(seen.argmax_changed[0]),
        "target_reached": success and bool(seen.target_reached[0]),
        "predicted": predicted,
        "predicted_description": first_words(classes[predicted]),
        "n_forward": int(found.n_forward[0]),
        "n_backward": int(found.n_backward[0]),
    }
