"""Why one's own network is fragile, in a sentence: the geometric means of the four factors."""

import math

import pandas as pd

_NAMES = {
    "weighted_cosine": "compression",
    "evenness": "evenness",
    "boundary_place": "the boundary's place",
    "curvature": "curvature",
}
_MOST = 0.5  # of the logarithm of the product, from which one factor is said to decide


def own_answer(shares: pd.DataFrame) -> str:
    """Return how short perturbations are, as the product that it is, and which factor decides.

    Parameters
    ----------
    shares : DataFrame
        As :data:`~fcflow.experiments.images.factors.shares.SHARES`.

    Examples
    --------
    >>> names = ["weighted_cosine", "evenness", "boundary_place", "curvature", "ratio"]
    >>> logs = pd.DataFrame({"factor": names, "estimate": [-2.3, 0.0, 0.0, 0.0, -2.3]})
    >>> own_answer(logs.assign(quantity="mean_log")).partition(", which is ")[2]
    "compression 0.1 × evenness 1 × the boundary's place 1 × curvature 1: mostly compression."
    """
    logs = shares[shares["quantity"] == "mean_log"].set_index("factor")["estimate"]
    whole = float(logs.get("ratio", math.nan))
    if not math.isfinite(whole):
        return ""
    product = " × ".join(f"{name} {math.exp(logs[key]):.2g}" for key, name in _NAMES.items())
    deciding = [name for key, name in _NAMES.items() if whole < 0 and logs[key] <= _MOST * whole]
    mostly = f": mostly {' and '.join(deciding)}" if deciding else ""
    return (
        f"The least perturbation is {math.exp(whole):.2g} of half the distance between two inputs"
        f" (geometric mean), which is {product}{mostly}."
    )
