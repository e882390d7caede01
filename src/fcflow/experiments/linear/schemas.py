"""The tables of the linear experiment: one row for each run, and one for each attacked point.

A run's key is ``study, d, column_scale, hidden, batch_size, run``; its ``seed`` alone is enough to recompute it.
"""

from fcflow.artifacts.schema import declare, flag, integer, real, text

_DATA = {"study": text(), "d": integer(1), "column_scale": real(0), "run": integer(0), "seed": integer(0)}
_NET = _DATA | {"hidden": integer(1), "batch_size": integer(1)}
_RATIO = real(0)

_PROBLEM = {"enumerated": flag(), "n_points": integer(1), "feature_norm": real(0), "phi": real(0, 1)}
_TRAINING = {"epochs": integer(0), "train_loss": real(0), "train_accuracy": real(0, 1), "valid": flag()}
_PROBE = {"cos_theta1": real(-1, 1), "cos_theta2": real(-1, 1)}
_ATTACK = {
    "n_correct": integer(0),
    "minimal_ratio_mean": real(0, nullable=True),
    "minimal_ratio_min": real(0, nullable=True),
    "minimal_ratio_median": real(0, nullable=True),
    "minimal_ratio_max": real(0, nullable=True),
    "n_optimal": integer(0),
    "n_optimal_proved": integer(0),
    "n_optimal_below_feature": integer(0),
    "optimal_ratio_mean": real(0, nullable=True),
    "optimal_ratio_min": real(0, nullable=True),
    "robustness_ratio_mean": real(0, nullable=True),
}

PROBLEMS = declare("linear problems", "generate_hypercubes", _DATA | _PROBLEM)
TRAINING = declare("linear training", "train_affine", _NET | _TRAINING)
PROBES = declare("linear probes", "probe_affine", _NET | _PROBE)
ATTACKS = declare("linear attacks", "attack_affine", _NET | _ATTACK)
POINTS = declare(
    "linear attacked points",
    "attack_affine",
    _NET
    | {
        "point": integer(0),
        "label": integer(0, 1),
        "correct": flag(),
        "gap": real(),
        "minimal_norm": _RATIO,
        "minimal_ratio": _RATIO,
        "success": flag(),
        "n_forward": integer(0),
        "n_backward": integer(0),
        "optimal_norm": _RATIO,
        "optimal_ratio": _RATIO,
        "optimal_proved": flag(),
        "optimal_nodes": integer(0),
        "robustness_ratio": real(0, nullable=True),
    },
)
EXPERIMENTS = declare("linear experiments", "aggregate_linear", _NET | _PROBLEM | _TRAINING | _PROBE | _ATTACK)

KEY = list(_NET)
MATRICES = ("A",)
MAPS = ("W", "b")
WEIGHTS = ("H1", "delta1", "H2", "delta2")
