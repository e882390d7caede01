"""What is seen of compression on data that are not Gaussian, in words."""

import pandas as pd

from fcflow.experiments.ablations.cells import worst_cell
from fcflow.paper.numbers import number

LIMIT = 0.05  # of the claim: what counts as equal, shaded in the figure


def seen(rows: pd.DataFrame) -> str:
    """Return where compression follows φ and where it does not."""
    parts = []
    for words, among in (("Linear networks", "linear"), ("ReLU networks", "ReLU")):
        worst = worst_cell(rows, "deviation", among)
        if worst is None:
            continue
        end = worst["high"] if pd.notna(worst["high"]) else worst["estimate"]
        if end <= LIMIT:
            parts.append(f"{words} look by |cos θ1| ≈ φ on all kinds of data")
        else:
            kind = str(worst["series"]).partition(", ")[2]
            parts.append(
                f"{words} are off φ by {number(worst['estimate'], digits=2)}, on average, with"
                f" {kind}"
            )
    return "; ".join(parts) or "No network has learned its task"
