"""The columns of Lemma 3's tests and of its table."""

from fcflow.artifacts.schema import declare, flag, integer, real, text
from fcflow.experiments.theory.columns import estimates

TESTS = declare(
    "lemma 3",
    "simulate_statement",
    {
        "widths": text(),
        "wrong_degrees": integer(0),
        "quantity": text(),
        "draws": integer(1),
        "statistic": real(0, 1),
        "p_value": real(0, 1),
        "adjusted_p_value": real(0, 1),
        "rejected": flag(),
    },
)
TABLE = estimates("lemma 3")

# Which law was tested, as the table's ``series`` ends.
RIGHT, WRONG = "lemma", "wrong degrees"
