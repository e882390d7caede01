"""What is seen of explanations of the least perturbation, in words."""

import pandas as pd

from fcflow.experiments.ablations.explanations.tables import LABELS
from fcflow.paper.numbers import number


def seen(rows: pd.DataFrame) -> str:
    """Return what predicts best, and what compression does."""
    own = rows[rows["quantity"] == "held_out"].set_index("series")["estimate"]
    single = own.drop("compression and place", errors="ignore").dropna()
    if single.empty:
        return "Nothing could be predicted: too few kinds of network have learned"
    best = str(single.idxmax())
    told = f"{number(single[best])} of the variance of log ‖e‖"
    name = LABELS[best].replace("_1", "₁").replace("_2", "₂")
    if best == "compression":
        return f"Of single explanations compression predicts best on networks held out: {told}"
    return (
        f"{name} predicts best on networks held out, {told}; compression"
        f" {number(single['compression'])}, the loss gradient"
        f" {number(single['mean loss gradient'])}"
    )
