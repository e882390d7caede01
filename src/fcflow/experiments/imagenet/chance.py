"""Whether a network classifies any better than by chance."""

import pandas as pd

_SIGNIFICANCE = 0.05


def word_of_chance(images: pd.DataFrame) -> str:
    """Return a warning where as many correct answers are no surprise from guessing, and nothing otherwise.

    Parameters
    ----------
    images : rows of :data:`~fcflow.experiments.imagenet.schemas.IMAGES`

    Examples
    --------
    >>> word_of_chance(pd.DataFrame({"correct": [True, True, False], "classes": 10}))
    ''
    >>> word_of_chance(pd.DataFrame({"correct": [True, False, False], "classes": 10}))
    'ACCURACY AT CHANCE: 1 of 3 images classified correctly among 10 classes; nothing here means anything.'
    """
    from scipy.stats import (
        binomtest,
    )  # costs half a second, which those who only read a table do without

    correct, n, classes = int(images["correct"].sum()), len(images), int(images["classes"].iloc[0])
    if binomtest(correct, n, 1 / classes, alternative="greater").pvalue < _SIGNIFICANCE:
        return ""
    return (
        f"ACCURACY AT CHANCE: {correct} of {n} images classified correctly among {classes} classes;"
        " nothing here means anything."
    )
