"""Numbers as tables, figures and notes show them: no more digits than are known, one minus sign.

An estimate is given to two digits of its interval's half width, as ``0.378 [0.351, 0.405]``, and
to four in all, unless more are needed to tell it from its interval's ends; a number without an
interval to three significant digits. What is not zero is never shown as zero. A share of exactly
0 or 1, at the end of its interval, has no digits behind it.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

MISSING = "–"
_DIGITS = 3  # of a number whose uncertainty is not told
_OF_THE_INTERVAL = 2  # of an interval's half width
_FURTHER = 6  # digits, where fewer would put a number onto or beyond one that it is not at
_MOST = 4  # of an estimate; more are of no use to a reader where it is known that well
_EXACT = (0.0, 1.0)  # shares of none and of all
_SMALL, _LARGE = 1e-4, 1e6  # beyond these, powers of ten are easier to read
_ROUNDING = 1e-9  # relative differences below it are no digits of a result
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
Row = Mapping[Hashable, Any] | Mapping[str, Any] | pd.Series


class Cell(NamedTuple):
    """A number, and its interval beside or below it; either may be empty."""

    value: str
    beside: str = ""

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.value} {self.beside}".strip()


def number(value: float | None, *, digits: int = _DIGITS, decimals: int | None = None) -> str:
    """Return a number with so many significant digits, or so many decimals.

    Examples
    --------
    >>> number(-0.25), number(12730.4), number(float("nan")), number(0.0)
    ('−0.250', '12730', '–', '0')
    >>> number(0.3278, decimals=4), number(1.26e-06), number(0.0003, decimals=2)
    ('0.3278', '1.26 × 10⁻⁶', '0.0003')
    """
    if value is None or pd.isna(value):
        return MISSING
    if value == 0 or math.isinf(value):
        return "0" if value == 0 else ("∞" if value > 0 else "−∞")
    if decimals is not None and round(value, decimals) == 0:
        digits, decimals = 1, None
    if decimals is None:
        power = _power(value)
        if abs(value) < _SMALL or abs(value) >= _LARGE:
            return f"{_fixed(value / 10.0**power, digits - 1)}{_times_ten(power)}"
        decimals = max(0, digits - 1 - power)
    return _fixed(value, decimals)


def plain(value: float | None) -> str:
    """Return a number that was set and not measured: in as few digits as say it.

    Examples
    --------
    >>> plain(0.5), plain(-1.0), plain(1 / 3), plain(1e-5), plain(65536.0)
    ('0.5', '−1', '0.333', '10⁻⁵', '65536')
    """
    if value is None or pd.isna(value):
        return MISSING
    if float(value).is_integer() and abs(value) < _LARGE:
        return f"{value:.0f}".replace("-", "−")
    power = _power(value)
    if abs(value) < _SMALL:
        factor = f"{value / 10.0**power:.3g}"
        return (_times_ten(power) if factor == "1" else f"{factor}{_times_ten(power)}").lstrip(" ×")
    return f"{value:.3g}".replace("-", "−")


def whole(value: float | None) -> str:
    """Return a count.

    Examples
    --------
    >>> whole(12.0), whole(None)
    ('12', '–')
    """
    return MISSING if value is None or pd.isna(value) else f"{value:.0f}".replace("-", "−")


def with_interval(
    value: float | None, low: float | None, high: float | None, *, limits: Sequence[float] = ()
) -> Cell:
    """Return an estimate with its interval, to two digits of the interval's half width.

    More than four significant digits are shown where fewer would make one of two numbers.
    Without an interval, or with one of no width, it is a number as :func:`number` shows it. A bound
    that is missing on one side is infinite. There are further digits where fewer would put one of
    the numbers onto a limit, or beyond it, on which it does not lie: what is decided by the limit
    would be hidden.

    Examples
    --------
    >>> str(with_interval(0.37812, 0.35061, 0.40512))
    '0.378 [0.351, 0.405]'
    >>> str(with_interval(-1.5, -2.0, -1.0)), str(with_interval(2.0, 2.0, 2.0))
    ('−1.50 [−2.00, −1.00]', '2.00')
    >>> str(with_interval(5.8e-05, 3.9e-05, 8.6e-05))
    '5.8 [3.9, 8.6] × 10⁻⁵'
    >>> str(with_interval(0.106479, 0.049633, 0.185485, limits=[0.05]))
    '0.1065 [0.0496, 0.1855]'
    >>> str(with_interval(0.59680, 0.59582, 0.59781)), str(with_interval(1.0, 0.99618, 1.0))
    ('0.5968 [0.5958, 0.5978]', '1 [0.996, 1]')
    >>> str(with_interval(2048.3, 2047.9, 2048.7))
    '2048.3 [2047.9, 2048.7]'
    """
    ends = [end for end in (low, high) if end is not None and math.isfinite(end)]
    if value is None or pd.isna(value) or not ends:
        return Cell(number(value))
    half = max(abs(end - value) for end in ends) if len(ends) < 2 else (ends[1] - ends[0]) / 2
    largest = max(abs(value), *map(abs, ends))
    if half <= _ROUNDING * largest:
        return Cell(number(value))
    power, scale = 0, ""
    if largest < _SMALL * 10 or largest >= _LARGE:
        power = _power(largest)
        scale = _times_ten(power)
    factor = 10.0**power
    most = max(0, _OF_THE_INTERVAL - 1 - _power(half / factor))
    fewest = min(most, max(0, _MOST - 1 - _power(largest / factor)))

    def texts(decimals: int) -> list[str]:
        bounds = ((value, 0), (low, -1), (high, 1))
        return [_bound(end, factor, decimals, sign) for end, sign in bounds]

    apart = len(set(texts(most)))
    fewest = next(d for d in range(fewest, most + 1) if len(set(texts(d))) == apart)
    told = (
        more
        for more in range(fewest, fewest + _FURTHER + 1)
        if not any(_hides(end, limit, more - power) for end in (value, *ends) for limit in limits)
    )
    decimals = next(told, fewest)
    shown = texts(decimals)
    if value in _EXACT and value in (low, high):
        shown = [
            f"{value:.0f}" if end == value else text
            for end, text in zip((value, low, high), shown, strict=True)
        ]
    first, least, greatest = shown
    return Cell(first, f"[{least}, {greatest}]{scale}")


def interval(row: Row) -> str:
    """Return the interval of a row's ``low`` and ``high``, in its own digits.

    Examples
    --------
    >>> interval({"low": 0.35061, "high": 0.40512}), interval({"low": float("nan"), "high": 1.0})
    ('0.351 to 0.405', '–')
    """
    low, high = row["low"], row["high"]
    if pd.isna(low) or pd.isna(high):
        return MISSING
    if high - low <= _ROUNDING * max(abs(low), abs(high)):
        return f"{number(low)} to {number(high)}"
    text = with_interval((low + high) / 2, low, high).beside
    return text.replace("[", "").replace("]", "").replace(", ", " to ")


def estimate(row: Row, *, limits: Sequence[float] = ()) -> str:
    """Return a row's ``estimate`` with its ``low`` and ``high`` in one line.

    ``limits`` are those of :func:`with_interval`.

    Examples
    --------
    >>> estimate({"estimate": 0.378, "low": 0.351, "high": 0.405})
    '0.378 [0.351, 0.405]'
    """
    return str(with_interval(row["estimate"], row["low"], row["high"], limits=limits))


def percent(share: float) -> str:
    r"""Return a share in percent, with a space that does not break.

    Examples
    --------
    >>> percent(0.95), percent(0.975)
    ('95\xa0%', '97.5\xa0%')
    """
    return f"{100 * share:.4g}\N{NO-BREAK SPACE}%"


def _fixed(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    return (text.removeprefix("-") if float(text) == 0 else text).replace("-", "−")


def _bound(end: float | None, factor: float, decimals: int, sign: int) -> str:
    if end is None or not math.isfinite(end):
        return "−∞" if sign < 0 else "∞"
    return _fixed(end / factor, decimals)


def _hides(value: float, limit: float, decimals: int) -> bool:
    """Return whether a number that is not at a limit is at it, or beyond it, once rounded."""
    if math.isclose(value, limit, rel_tol=_ROUNDING, abs_tol=_ROUNDING):
        return False
    shown = round(value, decimals)
    return (shown <= limit) if value > limit else (shown >= limit)


def _power(value: float) -> int:
    """Return the power of ten of the first digit, after rounding to three."""
    return int(f"{abs(value):.{_DIGITS - 1}e}".split("e")[1])


def _times_ten(power: int) -> str:
    return f" × 10{str(power).translate(_RAISED)}"
