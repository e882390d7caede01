"""The columns of the linear experiment: one row for each run, and one for each attacked point."""

from fcflow.artifacts.schema import ArraysSchema, declare, flag, integer, real
from fcflow.experiments.hypercube.columns import NET, PROBLEM, TRAINED

_RATIO = real(0)
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

TRAINING = declare("linear training", "train_affine", NET | TRAINED)
PROBES = declare("linear probes", "probe_affine", NET | _PROBE)
ATTACKS = declare("linear attacks", "attack_affine", NET | _ATTACK)
POINTS = declare(
    "linear attacked points",
    "attack_affine",
    NET
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
EXPERIMENTS = declare(
    "linear experiments", "aggregate_linear", NET | PROBLEM | TRAINED | _PROBE | _ATTACK
)

MAPS = ArraysSchema("train_affine", ("W", "b"))
WEIGHTS = ArraysSchema("train_affine", ("H1", "delta1", "H2", "delta2"))
