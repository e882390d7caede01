"""What is seen of proofs beside attacks, in words."""

import pandas as pd

from fcflow.experiments.vulnerability.totals import value_of
from fcflow.paper.numbers import number


def seen(rows: pd.DataFrame) -> str:
    """Return how much of the lengths found is proved."""
    share, fast = (value_of(rows, "proved", name) for name in ("norm", "fast_gradient"))
    return (
        f"{number(100 * share)} % of the least length found is proved to be needed, and"
        f" {number(100 * fast)} % of what one step along the gradient finds"
    )
