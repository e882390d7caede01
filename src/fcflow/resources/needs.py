"""Memory and time of one step, and what is asked of a cluster for them."""

import math
from dataclasses import dataclass

# MiB that a step occupies before it has any data: its interpreter and the libraries that it loads,
# 635 measured in a fork of the process that has all of them loaded, and less in one of its own.
_LIBRARIES_MIB = 700.0
# What is asked for, over what was measured: other machines and versions take more.
_SPARE_MEMORY = 1.25
_SPARE_TIME = 3.0
_LEAST_MINUTES = 2  # a job's first step waits for Snakemake and the libraries, on a cold disk


@dataclass(frozen=True)
class Needs:
    """What a step takes.

    Attributes
    ----------
    mib : float
        Memory for its data, in MiB, beside the libraries.
    seconds : float
        Time of one core.

    Examples
    --------
    >>> Needs(mib=100, seconds=90).memory(attempt=1), Needs(mib=100, seconds=90).minutes(attempt=1)
    (1000, 5)
    >>> Needs(mib=100, seconds=90).memory(attempt=2), Needs(mib=100, seconds=90).minutes(attempt=2)
    (2000, 10)
    """

    mib: float = 0.0
    seconds: float = 2.0

    def memory(self, attempt: int) -> int:
        """Return the MiB to ask for, which grow with each attempt."""
        return attempt * math.ceil(_SPARE_MEMORY * (_LIBRARIES_MIB + self.mib))

    def minutes(self, attempt: int) -> int:
        """Return the minutes to ask for, which grow with each attempt."""
        return attempt * max(_LEAST_MINUTES, math.ceil(_SPARE_TIME * self.seconds / 60))


def mib(numbers: float, width: int = 8) -> float:
    """Return the MiB of an array of so many numbers, each of so many bytes."""
    return numbers * width / 2**20
