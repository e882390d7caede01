"""The columns of Theorem 7's draws, of its check on trained networks, and of both tables."""

from fcflow.artifacts.schema import declare, flag, integer, real, text
from fcflow.experiments.theory.columns import DRAW, estimates

DRAWS = declare(
    "theorem 7",
    "simulate_statement",
    DRAW | {"projected_energy": real(0), "energy": real(0), "ratio": real(0, 1)},
)
TABLE = estimates("theorem 7")

FIRST_ORDER = declare(
    "first order",
    "check_first_order",
    {
        "study": text(),
        "run": integer(0),
        "depth": integer(1),
        "valid": flag(),
        "alpha": real(0, 1),
        "epsilon": real(0),
        "residual": real(0),
        "size_ratio": real(0),
    },
)
FIRST_ORDER_TABLE = estimates("first order")
