"""The columns of Theorem 1's draws and of its table."""

from fcflow.artifacts.schema import declare, flag, real
from fcflow.experiments.theory.columns import DRAW, estimates

# Outputs may miss 1 and 0 by this many times the rounding that conditioning explains.
ROUNDINGS = 10

DRAWS = declare(
    "theorem 1",
    "simulate_statement",
    DRAW
    | {
        "norm": real(0),
        "pair_norm": real(0),
        "r_before": real(0),
        "r_off": real(),
        "r_last": real(0),
        "nearest_distance": real(0),
        "flipped": flag(),
        "targeted": flag(),
        "flip_error": real(0),
        "allowed_error": real(0),
    },
)
TABLE = estimates("theorem 1")
