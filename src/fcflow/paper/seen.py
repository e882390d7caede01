"""What a figure's title may say of an estimate: no more than its interval allows."""

from collections.abc import Hashable, Mapping
from typing import Any, Literal

import pandas as pd

from fcflow.paper.numbers import with_interval

Row = Mapping[Hashable, Any] | Mapping[str, Any] | pd.Series
Trend = Literal["as the law", "falls", "grows", "unclear"]
_WITHIN = 0.1  # of the law's exponent: as in the claims about exponents


def trend(fit: Row, law: float, *, within: float = _WITHIN) -> Trend:
    """Return what an exponent of d says: that the law holds, only its sign, or nothing.

    Parameters
    ----------
    fit : mapping
        With ``estimate``, ``low`` and ``high``.
    law : float
        The exponent that theory gives.
    within : float
        How near to it counts as following it.

    Examples
    --------
    >>> trend({"estimate": -0.52, "low": -0.57, "high": -0.46}, -0.5)
    'as the law'
    >>> trend({"estimate": -0.8, "low": -0.9, "high": -0.7}, -0.5)
    'falls'
    >>> trend({"estimate": -0.5, "low": -1.5, "high": 0.5}, -0.5)
    'unclear'
    """
    estimate, low, high = (float(fit[name]) for name in ("estimate", "low", "high"))
    if not all(map(pd.notna, (estimate, low, high))):
        return "unclear"
    narrow = high - low <= 4 * within
    if abs(estimate - law) <= within and narrow:
        return "as the law"
    if high < 0:
        return "falls"
    return "grows" if low > 0 else "unclear"


def power(fit: Row) -> str:
    """Return an exponent with its interval, as ``d^−0.50 [−0.57, −0.44]``.

    Examples
    --------
    >>> power({"estimate": -0.5, "low": -0.57, "high": -0.44})
    'd to the power −0.500 [−0.570, −0.440]'
    """
    return f"d to the power {with_interval(fit['estimate'], fit['low'], fit['high'])}"


def against(low: float, high: float, value: float) -> Literal["at", "above", "below", "unclear"]:
    """Return where an interval lies against a value, such as a published one or a threshold.

    Examples
    --------
    >>> against(0.3, 0.4, 0.35), against(0.3, 0.4, 0.5), against(0.3, 0.4, 0.1)
    ('at', 'below', 'above')
    """
    if pd.isna(low) or pd.isna(high) or pd.isna(value):
        return "unclear"
    if low <= value <= high:
        return "at"
    return "below" if high < value else "above"
