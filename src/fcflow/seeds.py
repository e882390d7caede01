"""Seeds and random streams: every random number of the workflow comes from here.

A run has one 63-bit seed. Each thing that it draws has its own stream under that seed, so a run can
be recomputed from its seed alone, and drawing more of one thing never moves another.
"""

import hashlib
from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What a run draws; a number, once given, is never reused for something else."""

    MATRIX = 0
    POINTS = 1
    WEIGHTS = 2
    ORDER = 3
    PROBED_POINTS = 4
    ATTACKED_POINTS = 5
    SPLIT = 20
    DROPOUT = 21
    FACTORS = 30


def run_seed(seed: int, *place: str | int) -> int:
    """Return the seed of one run, from the configuration's seed and the run's place in the workflow.

    Parameters
    ----------
    seed : int
        The configuration's ``seed``.
    place : str or int
        What tells this run from all others, such as ``("table1", 12, 0)``: study, dimension, number
        of the run.

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
