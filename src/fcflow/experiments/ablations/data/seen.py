"""What is seen of compression on data that are not Gaussian, in words."""

import pandas as pd

from fcflow.experiments.ablations.cells import worst_cell
from fcflow.paper.numbers import number

LIMIT = 0.05  # of the claim: what counts as equal, shaded in the figure


def seen(rows: pd.DataFrame) -> str:
    """Return where compression follows φ and where it does not."""
    parts = []
    for words, among in (("In linear networks", "linear"), ("in ReLU networks", "ReLU")):
        worst = worst_cell(rows, "deviation", among)
        if worst is None:
            continue
        own = rows[rows["quantity"].eq("deviation") & rows["series"].str.startswith(among)]
        own = own[own["estimate"].notna()]
        near = int((own["high"].fillna(own["estimate"]) <= LIMIT).sum())
        kind = str(worst["series"]).partition(", ")[2]
        parts.append(
            f"{words} |cos θ₁| ≈ φ on {near} of {len(own)} kinds of data (farthest off with {kind},"
            f" by {number(worst['estimate'], digits=2)})"
        )
    sentence = ", ".join(parts)
    return sentence[:1].upper() + sentence[1:] or "No network has learned its task"
