"""Estimates with intervals as columns of a table."""

from fcflow.artifacts.schema import integer, real
from fcflow.stats import Estimate

INTERVAL = {
    "estimate": real(nullable=True),
    "low": real(nullable=True),
    "high": real(nullable=True),
    "n": integer(0),
}


def columns(estimate: Estimate) -> dict[str, float]:
    """Return an estimate as the columns that ``INTERVAL`` declares.

    Examples
    --------
    >>> columns(Estimate(0.5, 0.4, 0.6, 9))
    {'estimate': 0.5, 'low': 0.4, 'high': 0.6, 'n': 9}
    """
    return {"estimate": estimate.value, "low": estimate.low, "high": estimate.high, "n": estimate.n}
