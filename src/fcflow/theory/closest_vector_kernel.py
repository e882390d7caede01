"""The compiled tree search of :mod:`fcflow.theory.closest_vector`.

Everything that the compiled code calls is in this file: Numba's cache on disk is renewed when this
file changes, but does not notice changes in other files.
"""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def search_all(R, targets, signs, max_nodes):
    """Minimise ‖R (signs · u) - target‖ over u ∈ {0, 1}^k for each row of targets and signs."""
    n, k = targets.shape
    best = np.zeros((n, k))
    proved = np.ones(n, dtype=np.bool_)
    nodes = np.zeros(n, dtype=np.int64)
    for row in range(n):
        nodes[row], proved[row] = _search(R, targets[row], signs[row], max_nodes, best[row])
    return best, proved, nodes


@njit(cache=True, nogil=True, error_model="numpy")
def _search(R, target, sign, max_nodes, best):
    """Write the minimiser for one row into ``best``, by a depth-first search.

    The entries of u are decided from the last to the first, which is the top of the search tree.
    Return the number of nodes visited, and whether the search was completed.
    """
    k = target.shape[0]
    bound = 0.0  # least squared length so far; u = 0, the papers' bound, is the start
    for i in range(k):
        bound += target[i] * target[i]
    if k == 0:
        return 0, True

    u = np.zeros(k)
    residual = np.empty((k + 1, k))  # residual[i]: target less the columns decided, i to k - 1
    cost = np.empty(k + 1)  # cost[i]: squared length of the decided rows, i to k - 1
    tried = np.zeros(k, dtype=np.int64)  # tried[i]: how many of entry i's two values were tried
    residual[k] = target
    cost[k] = 0.0
    nodes = 0
    i = k - 1
    while i < k:
        if tried[i] == 2:
            tried[i] = 0
            i += 1
            continue
        gap = residual[i + 1, i]
        with_zero = gap * gap
        with_one = (gap - R[i, i] * sign[i]) ** 2
        zero_first = with_zero <= with_one
        choice = 0.0 if zero_first == (tried[i] == 0) else 1.0
        tried[i] += 1
        nodes += 1
        if nodes > max_nodes:
            return nodes - 1, False

        reached = cost[i + 1] + (with_zero if choice == 0.0 else with_one)
        if reached >= bound:
            tried[i] = 2  # the other value costs at least as much
            continue

        u[i] = choice
        if i == 0:
            bound = reached
            best[:] = u
            continue
        cost[i] = reached
        for j in range(i):
            residual[i, j] = residual[i + 1, j] - (R[j, i] * sign[i] if choice == 1.0 else 0.0)
        i -= 1
    return nodes, True
