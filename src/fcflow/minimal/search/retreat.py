"""Flips far beyond the points' own size, brought back."""

from fcflow.minimal.search.evaluation import evaluate
from fcflow.minimal.search.state import State

# A flip this many times as long as the point is looked at: one step along the gradient of a
# saturated output may be 1e20 times too long, and flips all the same.
_FAR = 30.0

# Halvings, at most: from the largest number of float64 to the least.
_HALVINGS = 2100


def retreat(state: State) -> None:
    """Halve perturbations that are far longer than their points, as long as they flip."""
    rows = state.flipped_rows()
    rows = rows[state.best_norm[rows] > _FAR * state.points[rows].norm(dim=1)]
    for _ in range(_HALVINGS):
        if rows.numel() == 0:
            return
        rows = rows[evaluate(state, rows, state.best[rows] / 2) < 0]
