"""What is seen of compression by architecture, in words."""

import pandas as pd

from fcflow.experiments.ablations.near_phi import nearness, told

LIMIT = 0.05  # of the claim: what counts as equal, shaded in the figure


def seen(rows: pd.DataFrame) -> str:
    """Return which architectures look by φ, which do not, and of which that is not known."""
    near = nearness(rows, LIMIT)
    if all(part.empty for part in near):
        return "No network has learned its task"
    if near.beyond.empty and near.undecided.empty:
        return f"|cos θ₁| is within {LIMIT:g} of φ at every depth, width and activation tried"
    apart = "activation, depth and width have matrices of their own each"
    return f"|cos θ₁| is {told(near, LIMIT)}; {apart}"
