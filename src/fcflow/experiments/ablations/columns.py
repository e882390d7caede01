"""The columns of studies: one row a network at one step of its training, or a point of it.

v = 2a z_d is the difference of a point x1 and that whose label alone differs, x2; θ1 is the angle
between a and the gradient of g, the gap of the two logits.
"""

from fcflow.artifacts.schema import ArraysSchema, declare, flag, integer, real, text
from fcflow.paper.estimates import INTERVAL

# Which network it is. Networks of a study that have the same run and d start from the same seed.
KEY = {
    "study": text(),
    "d": integer(1),
    "entries": text(),
    "points": text(),
    "depth": integer(1),
    "hidden": integer(1),
    "activation": text(),
    "optimiser": text(),
    "method": text(),
    "strength": real(0),
    "run": integer(0),
    "seed": integer(0),
    "step": integer(0),
    "steps": integer(1),  # of the whole training
}
_PROBLEM = {
    "redraws": integer(0),  # singular matrices that were drawn before
    "phi": real(0, 1),
    "feature_norm": real(0),  # ‖a‖
}
TRAINING = declare(
    "ablations training",
    "train_ablations",
    KEY
    | {
        "fused": integer(0),  # the arrays that hold its weights
        "place": integer(0),  # among the networks in them
        "column_scale": real(0),
        "finite": flag(),
    }
    | _PROBLEM,
)
WEIGHTS = ArraysSchema("train_ablations")

# Attacks, by the names of their columns: the lengths that they find.
ATTACKS = ("projection", "ddn", "fast_gradient")
FACTORS = ("weighted_cosine", "evenness", "boundary_place", "curvature")
EXPLAINING = {
    "cos_theta": real(0, 1, nullable=True),  # |cos θ1|
    "rho": real(0, 1, nullable=True),  # the mean of |cos θ| over the path
    **{name: real(nullable=True) for name in FACTORS},
    "ratio": real(0, nullable=True),  # ‖e‖ over half the path
    "gap": real(nullable=True),
    "gap_gradient": real(0, nullable=True),  # ‖∇g‖
    "loss_gradient": real(0, nullable=True),  # ‖∂L‖₂
    "norm": real(0, nullable=True),  # ‖e‖: the least that any attack finds
    **{name: real(0, nullable=True) for name in ATTACKS},
    "certified": real(0, nullable=True),  # no shorter perturbation flips, proved
    "half_distance": real(0, nullable=True),  # what the optimal classifier tolerates; of corners
}
POINTS = declare(
    "ablations points",
    "measure_ablations",
    KEY | {"learned": flag(), "phi": real(0, 1), "point": integer(0)} | EXPLAINING,
)
# Of what points have, means over the ``probed`` ones that are correctly classified and flipped by a
# perturbation: arithmetic of |cos θ1|, ρ and the shares of lengths that are proved, geometric of
# the sizes of all others, so that the factors' product stays exact.
NETWORKS = declare(
    "ablations networks",
    "measure_ablations",
    KEY
    | _PROBLEM
    | {
        "finite": flag(),
        "accuracy": real(0, 1),
        "learned": flag(),
        "loss": real(0, nullable=True),
        "mean_gradient": real(0, nullable=True),  # E‖∂L‖₂ over all tested points
        "probed": integer(0),
        "negative": integer(0),  # of these, points of which a factor is negative
        "cos_theta_geometric": real(0, 1, nullable=True),  # |cos θ1|, its geometric mean
    }
    | EXPLAINING
    | {f"proved_{name}": real(0, 1, nullable=True) for name in ("norm", *ATTACKS)},
)

# The averages of each cell of each study, your own among them.
STUDIES = declare(
    "ablations studies",
    "make_table",
    {
        "study": text(),
        "series": text(),
        "quantity": text(),
        "at": real(nullable=True),
        **INTERVAL,
        "expected": real(nullable=True),
    },
)
