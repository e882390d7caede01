"""The columns of the ReLU experiment: one row a run, a point of its segment, an attacked point."""

from fcflow.artifacts.schema import ArraysSchema, declare, flag, integer, real
from fcflow.experiments.hypercube.columns import NET, PROBLEM, TRAINED

_NET = NET | {"depth": integer(1)}

# The segment from b2 (α = 0, class 1) to b1 (α = 1, class 0), two corners that differ in the label
# alone.
_PATH = {
    "gap_b1": real(),
    "gap_b2": real(),
    "integral": real(),
    "quadrature_error": real(),
    "converged": flag(),
    "n_gradients": integer(1),
    "predicted_length": real(nullable=True),
    "flip_length": real(nullable=True),
    "mean_cos": real(-1, 1, nullable=True),
    "rho_mean": real(0, 1, nullable=True),
}

TRAINING = declare("relu training", "train_relu", _NET | TRAINED)
SEGMENTS = declare(
    "relu segments",
    "probe_relu",
    _NET
    | {
        "alpha": real(0, 1),
        "cos_theta": real(-1, 1, nullable=True),
        "rho": real(0, 1, nullable=True),
        "rho2": real(0, 1, nullable=True),
        "gradient_norm": real(0),
        "gap": real(),
    },
)
PATHS = declare("relu paths", "probe_relu", _NET | _PATH)
POINTS = declare(
    "relu attacked points",
    "attack_relu",
    _NET
    | {
        "point": integer(0),
        "label": integer(0, 1),
        "gap": real(),
        "feature_norm": real(0),
        "cos_theta": real(-1, 1, nullable=True),
        "flip_length": real(nullable=True),
        "minimal_norm": real(0, nullable=True),
        "minimal_ratio": real(0, nullable=True),
        "success": flag(),
        "n_forward": integer(0),
        "n_backward": integer(0),
        "certified_norm": real(0, nullable=True),
        "certified_ratio": real(0, nullable=True),
        "bracket": real(0, nullable=True),
        # What ‖e‖/‖a‖ is the product of, on the path to the corner that differs in the label alone.
        "weighted_cosine": real(nullable=True),
        "evenness": real(nullable=True),
        "boundary_place": real(nullable=True),
        "curvature": real(nullable=True),
    },
)
EXPERIMENTS = declare("relu experiments", "aggregate_relu", _NET | PROBLEM | TRAINED | _PATH)

# ``W0, b0, W1, …`` stacked over the trained runs: as many as the networks of a setting have layers.
WEIGHTS = ArraysSchema("train_relu")
