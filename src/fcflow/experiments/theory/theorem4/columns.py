"""The columns of Theorem 4's draws and of its table."""

from fcflow.artifacts.schema import declare, flag, integer, real
from fcflow.experiments.theory.columns import DRAW, estimates

DRAWS = declare(
    "theorem 4",
    "simulate_statement",
    DRAW
    | {
        "layers": integer(1),
        "widening": real(1),
        "whole": flag(),  # whole networks, or the last block of R from its law
        "norm": real(0),
        "nearest_distance": real(0, nullable=True),
        "flipped": flag(),
        "flip_error": real(0, nullable=True),
    },
)
TABLE = estimates("theorem 4")
