"""The compiled tree search of :mod:`fcflow.theory.class_distance`.

Everything that the compiled code calls is in this file: Numba's cache on disk is renewed when this
file changes, but does not notice changes in other files.
"""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def search_ternary(R, target, max_nodes):
    """Minimise ‖R u - target‖ over u ∈ {-1, 0, 1}^k by a depth-first search.

    The entries of u are decided from the last to the first, which is the top of the search tree.
    Return the minimiser, whether it is proved to be one, and the number of nodes visited.
    """
    k = target.shape[0]
    best = np.zeros(k)
    bound = 0.0  # least squared length so far; the search starts from that of u = 0
    for i in range(k):
        bound += target[i] * target[i]
    if k == 0:
        return best, True, 0

    u = np.zeros(k)
    residual = np.empty((k + 1, k))  # residual[i]: target less the columns decided, i to k - 1
    cost = np.empty(k + 1)  # cost[i]: squared length of the decided rows, i to k - 1
    tried = np.zeros(k, dtype=np.int64)  # tried[i]: how many of entry i's three values were tried
    residual[k] = target
    cost[k] = 0.0
    nodes = 0
    i = k - 1
    while i < k:
        if tried[i] == 3:
            tried[i] = 0
            i += 1
            continue
        gap = residual[i + 1, i]
        choice = _nth_nearest(gap, R[i, i], tried[i])
        tried[i] += 1
        nodes += 1
        if nodes > max_nodes:
            return best, False, nodes - 1

        reached = cost[i + 1] + (gap - R[i, i] * choice) ** 2
        if reached >= bound:
            tried[i] = 3  # the values not yet tried cost at least as much
            continue

        u[i] = choice
        if i == 0:
            bound = reached
            best[:] = u
            continue
        cost[i] = reached
        for j in range(i):
            residual[i, j] = residual[i + 1, j] - R[j, i] * choice
        i -= 1
    return best, True, nodes


@njit(cache=True, nogil=True, error_model="numpy")
def _nth_nearest(gap, r, n):
    """Return the n-th nearest of -1, 0 and 1 to gap / r, counted from 0."""
    side = 1.0 if gap * r >= 0 else -1.0  # the nearer of -1 and 1
    if n == 2:
        return -side
    zero_first = abs(gap) <= abs(gap - r * side)
    if zero_first == (n == 0):
        return 0.0
    return side
