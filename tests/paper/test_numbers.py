"""Numbers have as many digits as are known, and no more than are of use."""

import pytest

from fcflow.paper.numbers import with_interval


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        # Known to five digits or more, shown to four.
        (0.59680, 0.59582, 0.59781, "0.5968 [0.5958, 0.5978]"),
        (29.535404, 29.485686, 29.582736, "29.54 [29.49, 29.58]"),
        (-1.05020, -1.05820, -1.04240, "−1.050 [−1.058, −1.042]"),
        # Less well known: two digits of the half width, as ever.
        (0.37812, 0.35061, 0.40512, "0.378 [0.351, 0.405]"),
        # More, where four would make one of two numbers.
        (2048.3, 2047.9, 2048.7, "2048.3 [2047.9, 2048.7]"),
        (1.00002, 1.00001, 1.00003, "1.00002 [1.00001, 1.00003]"),
        # Shares of none and of all.
        (1.0, 0.99618, 1.0, "1 [0.996, 1]"),
        (0.0, 0.0, 0.003827, "0 [0, 0.0038]"),
        (0.99, 0.95, 1.0, "0.990 [0.950, 1.000]"),
        (1.0, 0.9, 1.1, "1.00 [0.90, 1.10]"),
    ],
)
def test_an_estimate_has_four_digits_unless_more_tell_it_from_its_ends(value, low, high, text):
    assert str(with_interval(value, low, high)) == text


@pytest.mark.parametrize("width", [1e-2, 1e-4, 1e-6, 1e-8])
@pytest.mark.parametrize("value", [0.5, 1 - 1e-7, 3.0, 12345.6])
def test_an_interval_never_becomes_one_number(value, width):
    shown = with_interval(value, value * (1 - width), value * (1 + width))
    low, high = shown.beside.split("]")[0].strip("[").split(", ")
    assert low != high
    assert shown.value not in (low, high)
