"""What is seen of compression by architecture, in words."""

import pandas as pd

from fcflow.experiments.ablations.cells import all_below, worst_cell
from fcflow.experiments.ablations.naming import VALUES
from fcflow.paper.numbers import number

LIMIT = 0.05  # of the claim: what counts as equal, shaded in the figure


def seen(rows: pd.DataFrame) -> str:
    """Return which architectures look by φ, and which is farthest from it."""
    worst = worst_cell(rows, "deviation")
    if worst is None:
        return "No network has learned its task"
    if all_below(rows, "deviation", LIMIT):
        return "|cos θ₁| ≈ φ at every depth and width and for every activation tried"
    own = rows[(rows["quantity"] == "deviation") & rows["estimate"].notna()]
    near = own[(own["high"].fillna(own["estimate"]) <= LIMIT)]["series"].tolist()
    named = [f"{name} networks" if name in VALUES["activation"].values() else name for name in near]
    kept = f"only for {', '.join(named)}" if near else "for no network tried"
    return (
        f"|cos θ₁| equals φ (within {LIMIT:g}) {kept}; it is off by"
        f" {number(worst['estimate'], digits=2)} for {worst['series']}"
    )
