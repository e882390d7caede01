"""The columns of Lemma 2's values and of its table."""

from fcflow.artifacts.schema import declare, integer, real
from fcflow.experiments.theory.columns import estimates

VALUES = declare(
    "lemma 2",
    "simulate_statement",
    {
        "d": integer(1),
        "alpha": real(0, 1),
        "log_tail": real(),
        "log_bound": real(),
        "exponent": real(),
    },
)
TABLE = estimates("lemma 2")
