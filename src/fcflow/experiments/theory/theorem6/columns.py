"""The columns of Theorem 6's draws and of its table."""

from fcflow.artifacts.schema import declare, flag, integer, real
from fcflow.experiments.theory.columns import DRAW, estimates

DRAWS = declare(
    "theorem 6",
    "simulate_statement",
    DRAW
    | {
        "column_scale": real(0),
        "boundary_norm": real(0),
        "points": integer(1),
        "flipped": integer(0),
        "flip_error": real(0),
        "feature_norm": real(0),
        "class_distance": real(0, nullable=True),
        "decoded": flag(),
        "nodes": integer(0),
    },
)
TABLE = estimates("theorem 6")
