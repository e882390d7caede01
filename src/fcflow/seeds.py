"""Seeds and random streams: every random number of the workflow comes from here.

A run has one seed of 63 bits. Everything that it draws has a stream of its own under that seed. So
a run can be recomputed from its seed alone, and drawing more of one thing does not change another.
"""

import hashlib
from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What a run draws. The number of a stream is never used again for something else."""

    MATRIX = 0
    POINTS = 1
    WEIGHTS = 2
    ORDER = 3
    PROBED_POINTS = 4
    ATTACKED_POINTS = 5
    FRESH_POINTS = 6
    HELD_OUT_POINTS = 7
    TEST_POINTS = 8
    SPLIT = 20
    DROPOUT = 21
    FACTORS = 30
    ATTACK_STARTS = 40
    CLASS_SIGNS = 41


def run_seed(seed: int, *place: str | int) -> int:
    """Return a run's seed, from the configuration's seed and the run's place in the workflow.

    Parameters
    ----------
    seed : int
        The configuration's ``seed``.
    place : str or int
        Distinguishes this run from all others: for example ``("table1", 12, 0)``, the study, the
        dimension and the number of the run.

    Returns
    -------
    int
        Between 0 and 2**63 - 1. The same on every machine and in every version of Python and NumPy.

    Examples
    --------
    >>> run_seed(0, "table1", 12, 0) == run_seed(0, "table1", 12, 0)
    True
    >>> run_seed(0, "table1", 12, 0) == run_seed(0, "table1", 12, 1)
    False
    """
    # ASCII's unit separator, so that ("a", 11) and ("a1", 1) are different texts. One bit of 64 is
    # dropped, so that the seed fits into a column of signed integers.
    text = "\x1f".join([str(seed), *map(str, place)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") >> 1


def generator(seed: int, stream: Stream) -> np.random.Generator:
    """Return the random generator of one stream of a run.

    Examples
    --------
    >>> generator(1, Stream.MATRIX).random() == generator(1, Stream.POINTS).random()
    False
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, int(stream)])))
