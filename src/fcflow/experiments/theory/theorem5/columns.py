"""The columns of Theorem 5's draws and of its table."""

from fcflow.artifacts.schema import declare, flag, real
from fcflow.experiments.theory.columns import DRAW, estimates

DRAWS = declare(
    "theorem 5",
    "simulate_statement",
    DRAW
    | {
        "norm": real(0),
        "bound": real(0),
        "projection_norm": real(0),
        "input_norm": real(0),
        "outside_span": real(0),
        "gap": real(0),
        "gap_after": real(),
        "flipped": flag(),
    },
)
TABLE = estimates("theorem 5")
