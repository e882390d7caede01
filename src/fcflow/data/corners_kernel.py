"""Random corners of a hypercube by number: compiled, and without a state.

Everything that the compiled code calls is in this file: Numba's cache on disk is renewed when this
file changes, but does not notice changes in other files.
"""

from typing import Any

import numpy as np
from numba import njit

_COMPILE: dict[str, Any] = {"error_model": "numpy", "nogil": True, "cache": True}

# Steele, Lea and Flood's SplitMix64: the state after n steps is the key plus n times the first
# number, so that any point can be drawn without those before it.
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FACTOR1 = np.uint64(0xBF58476D1CE4E5B9)
_FACTOR2 = np.uint64(0x94D049BB133111EB)


@njit(**_COMPILE)
def _word(key, number):
    """Return 64 random bits."""
    bits = key + (number + np.uint64(1)) * _STEP
    bits = (bits ^ (bits >> np.uint64(30))) * _FACTOR1
    bits = (bits ^ (bits >> np.uint64(27))) * _FACTOR2
    return bits ^ (bits >> np.uint64(31))


@njit(**_COMPILE)
def fill_corners(key, first, corners):
    """Write the corners with the numbers from ``first`` on to ``corners`` [d, n], one a column."""
    d, n = corners.shape
    one = corners.dtype.type(1)
    words = np.uint64((d + 63) // 64)
    for j in range(n):
        for low in range(0, d, 64):
            bits = _word(key, (first + np.uint64(j)) * words + np.uint64(low // 64))
            for k in range(low, min(low + 64, d)):
                corners[k, j] = one if (bits >> np.uint64(k - low)) & np.uint64(1) else -one
