"""What is seen of proofs beside attacks, in words."""

import pandas as pd

from fcflow.experiments.vulnerability.totals import value_of
from fcflow.paper.numbers import number
from fcflow.paper.phrases import several


def seen(rows: pd.DataFrame) -> str:
    """Return how much of the lengths found is proved."""
    share, fast = (value_of(rows, "proved", name) for name in ("norm", "fast_gradient"))
    text = (
        f"{number(100 * share)} % of the least length found is proved to be needed, and"
        f" {number(100 * fast)} % of what one step along the gradient finds"
    )
    steps = rows[(rows["quantity"] == "proved") & (rows["series"] == "fast_gradient")]
    steps = steps.dropna(subset=["at", "estimate"]).sort_values("at")
    if steps["at"].nunique() < 2:
        return text
    deepest = steps.iloc[-1]
    layers = several(int(deepest["at"]), "hidden layer")
    return f"{text} ({number(100 * deepest['estimate'])} % with {layers})"
