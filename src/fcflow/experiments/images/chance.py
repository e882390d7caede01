"""Whether networks classify any better than by guessing."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from numpy.typing import NDArray

_SIGNIFICANCE = 0.05


def is_at_chance(correct: int, labels: Sequence[int] | NDArray[Any], classes: int) -> bool:
    """Return whether as many correct answers are no surprise from guessing.

    A guess is the most frequent label where images of all classes were asked for, and any of the
    classes otherwise.

    Examples
    --------
    >>> is_at_chance(14, [i % 10 for i in range(100)], 10), is_at_chance(2, [3, 5, 8], 1000)
    (True, False)
    """
    # SciPy takes half a second to import, which those who only read a table do without.
    from scipy.stats import binomtest

    counts = pd.Series(labels).value_counts()
    share = float(counts.max() / len(labels)) if len(counts) == classes else 1 / classes
    if share == 1:
        return True
    return bool(
        binomtest(correct, len(labels), share, alternative="greater").pvalue >= _SIGNIFICANCE
    )


def word_of_chance(networks: pd.DataFrame) -> str:
    """Return a warning where networks classify no better than by guessing, and nothing otherwise.

    Parameters
    ----------
    networks : rows of :data:`~fcflow.experiments.images.columns.NETWORKS`

    Examples
    --------
    >>> rows = pd.DataFrame({"network": [0, 1], "test_accuracy": [0.1, 0.9]})
    >>> word_of_chance(rows.assign(at_chance=False))
    ''
    >>> word_of_chance(rows.assign(at_chance=[True, False]))
    'ACCURACY AT CHANCE: network 0 (0.100); pairs of such a network mean nothing.'
    """
    guessing: list[dict[Any, Any]] = networks[networks["at_chance"]].to_dict("records")
    if not guessing:
        return ""
    named = ", ".join(f"{row['network']} ({row['test_accuracy']:.3f})" for row in guessing)
    return (
        f"ACCURACY AT CHANCE: network{'s' if len(guessing) > 1 else ''} {named}; pairs of such a"
        " network mean nothing."
    )
