"""Studies as small as they go, trained and measured for real."""

from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from fcflow.experiments.ablations.measure import measure_study
from fcflow.experiments.ablations.train import train_study

SWEEP: dict[str, list[Any]] = {
    "dims": [3],
    "entries": ["gaussian"],
    "points": ["corners"],
    "depths": [1],
    "hidden": [8],
    "activations": ["relu"],
    "optimisers": ["adam"],
}
TRAINING: dict[str, Any] = {
    "runs": 3,
    "methods": {"plain": [0.0]},
    "column_scale": 2.0,
    "batch_size": 16,
    "steps": 60,
    "learning_rate": 0.05,
    "checkpoints": [],
    "seed": 1,
}
MEASURING: dict[str, Any] = {
    "test_points": 64,
    "tolerance": 0.05,
    "probed_points": 4,
    "gammas": 3,
    "ddn_steps": 20,
    "certified_effort": "quick",
    "networks_at_once": 4,
}
# The studies of the open questions, and one of a user's own.
STUDIES: dict[str, dict[str, Any]] = {
    "entries": {"sweep": {"entries": ["gaussian", "sign"], "activations": ["linear", "relu"]}},
    "points": {"sweep": {"points": ["corners", "gaussian"], "activations": ["linear", "relu"]}},
    "training": {"sweep": {}, "checkpoints": [0, 5]},
    "depth": {"sweep": {"depths": [2, 3]}},
    "width": {"sweep": {"hidden": [4, 16]}},
    "activation": {"sweep": {"activations": ["relu", "tanh"]}},
    "robust": {"sweep": {}, "methods": {"plain": [0.0], "adversarial": [0.1, 0.3]}},
    "mine": {"sweep": {"activations": ["gelu"], "optimisers": ["sgd"]}},
}


def trained_study(study: str = "mine", **changes: Any) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the training of a study; ``sweep`` is merged over :data:`SWEEP`."""
    own = {**TRAINING, **changes}
    return train_study(study=study, **own | {"sweep": SWEEP | changes.get("sweep", {})})


def measured_study(
    study: str = "mine", measuring: dict[str, Any] | None = None, **changes: Any
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the networks and points of a study."""
    return measure_study(*trained_study(study, **changes), **MEASURING | (measuring or {}))


@cache
def all_studies() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the networks and points of all studies."""
    every = [measured_study(study, **keys) for study, keys in STUDIES.items()]
    networks, points = (pd.concat(part, ignore_index=True) for part in zip(*every, strict=True))
    return networks, points


def nothing_learned() -> pd.DataFrame:
    """Return networks of all studies of which none has learned."""
    return all_studies()[0].assign(learned=False)


def finite(values: Any) -> bool:
    """Return whether all values are finite."""
    return bool(np.isfinite(np.asarray(values, dtype=float)).all())


def _row(quantity: str, series: str, estimate: float, at: float | None = None) -> dict[str, Any]:
    interval = {"estimate": estimate, "low": estimate - 0.002, "high": estimate + 0.002, "n": 12}
    return {"series": series, "quantity": quantity, "at": at, **interval, "expected": None}


def claim_tables() -> dict[str, pd.DataFrame]:
    """Return the tables of the open questions where every claim holds."""
    explained = ("theory", "gap over gradient", "gradient length", "curvature on the path")
    explained = (*explained, "loss gradient", "mean loss gradient")
    attacks = ("norm", "projection", "ddn", "fast_gradient")
    rows = {
        "data": [
            _row("deviation", "linear, Gaussian entries", 0.02),
            _row("deviation", "ReLU, Gaussian entries", 0.2),
        ],
        "training": [
            *(_row("cos_theta", "relu", *one) for one in ((0.2, 0.0), (0.6, 30.0), (0.3, 60.0))),
            _row("peak", "relu", 30.0),
            _row("rise", "relu", 0.4),
            _row("fall", "relu", 0.3),
            _row("change", "relu", 0.1),
        ],
        "architecture": [_row("deviation", "ReLU", 0.03), _row("deviation", "2 hidden", 0.04)],
        "robust": [
            _row("exchange", "", 0.9),
            _row("exchange_median", "", 0.6),
            _row("exchange_rest", "", 0.8),
            _row("heaviest", "", 0.7),
            _row("change_norm", "adversarial 0.3", 0.5),
            _row("price", "", -0.01),
        ],
        "explanations": [
            _row("held_out", "compression", 0.95),
            *(_row("held_out", name, 0.5) for name in explained),
            *(_row("ahead", name, 0.45) for name in explained),
        ],
        "certified": [
            *(_row("proved", name, 0.996) for name in attacks),
            *(_row("proved", name, 0.996, 1.0) for name in attacks),
        ],
    }
    rooms = "fcflow.experiments.ablations"
    return {
        f"ablations_{room}": import_module(f"{rooms}.{room}.columns").TABLE.table(own)
        for room, own in rows.items()
    }
