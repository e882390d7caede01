"""The columns of the dimension laws: one row a run, and a point of it.

A run's key is ``study, d, run``; its ``seed`` alone is enough to recompute it.
"""

from fcflow.artifacts.schema import ArraysSchema, declare, flag, integer, real, text

_RUN = {
    "study": text(),
    "activation": text(),
    "depth": integer(1),
    "hidden": integer(1),
    "d": integer(1),
    "column_scale": real(0),
    "batch_size": integer(1),
    "run": integer(0),
    "seed": integer(0),
}
# ``trained``: no error on the held-out points at the end. ``passed_after`` is the step of the first
# check that was passed, -1 if none was.
_TRAINED = {
    "feature_norm": real(0),
    "phi": real(0, 1),
    "margin_cosine": real(0, 1),
    "steps": integer(0),
    "passed_after": integer(-1),
    "held_out": integer(1),
    "errors": integer(0),
    "fresh_accuracy": real(0, 1),
    "accuracy_bound": real(0, 1),
    "trained": flag(),
}

TRAINING = declare("fresh training", "train_dimension", _RUN | _TRAINED)
# ``W, b`` of linear networks, ``W0, b0, W1, …`` of ReLU networks, stacked over the runs.
NETWORKS = ArraysSchema("train_dimension")

# Averages over a run's points; the least perturbations' over those where each is known.
_PROBED = {
    "abs_cos_theta": real(0, 1, nullable=True),
    "n_attacked": integer(0),
    "n_found": integer(0),
    "n_optimal_proved": integer(0),
    "minimal_ratio": real(0, nullable=True),
    "optimal_ratio": real(0, nullable=True),
    "found_share": real(0, nullable=True),
    "certified_share": real(0, nullable=True),
}
RUNS = declare("fresh runs", "probe_dimension", _RUN | _TRAINED | _PROBED)
POINTS = declare(
    "fresh attacked points",
    "probe_dimension",
    _RUN
    | {
        "point": integer(0),
        "label": integer(0, 1),
        "gap": real(),
        "feature_norm": real(0),
        "abs_cos_theta": real(0, 1, nullable=True),
        "minimal_norm": real(0, nullable=True),
        "minimal_ratio": real(0, nullable=True),
        "success": flag(),
        "certified_norm": real(0, nullable=True),
        "optimal_norm": real(0),
        "optimal_ratio": real(0),
        "optimal_proved": flag(),
        "found_share": real(0, nullable=True),
        "certified_share": real(0, nullable=True),
    },
)
