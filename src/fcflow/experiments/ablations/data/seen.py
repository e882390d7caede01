"""What is seen of compression on data that are not Gaussian, in words."""

import pandas as pd

from fcflow.experiments.ablations.near_phi import nearness, told

LIMIT = 0.05  # of the claim: what counts as equal, shaded in the figure


def seen(rows: pd.DataFrame) -> str:
    """Return on which data compression follows φ, on which not, and where that is not known."""
    parts = []
    for words, among in (("In linear networks", "linear, "), ("in ReLU networks", "ReLU, ")):
        near = nearness(rows, LIMIT, among)
        if not all(part.empty for part in near):
            parts.append(f"{words} |cos θ₁| is {told(near, LIMIT)}")
    sentence = ". ".join(part[:1].upper() + part[1:] for part in parts)
    return sentence or "No network has learned its task"
