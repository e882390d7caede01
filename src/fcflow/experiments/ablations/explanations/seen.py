"""What is seen of explanations of the least perturbation, in words."""

import pandas as pd

from fcflow.experiments.ablations.explanations.tables import FIRST, LABELS
from fcflow.experiments.theory.rows import pick, total
from fcflow.paper.numbers import estimate, number
from fcflow.paper.phrases import listing
from fcflow.paper.seen import against

_TOGETHER = "compression and place"  # of two numbers, not of one


def seen(rows: pd.DataFrame) -> str:
    """Return which single explanation predicts best, as far as paired differences tell."""
    single = pick(rows, "held_out").set_index("series")["estimate"]
    single = single.drop(_TOGETHER, errors="ignore").dropna().sort_values(ascending=False)
    if FIRST not in single or len(single) < 2:
        return "Nothing could be predicted: too few kinds of network have learned"
    ahead = {name: total(rows, "ahead", name) for name in single.index if name != FIRST}
    sides = {name: against(row["low"], row["high"], 0.0) for name, row in ahead.items()}
    better = [name for name, side in sides.items() if side == "below"]
    alike = [name for name, side in sides.items() if side in ("at", "unclear")]
    nearest = next(iter(better or alike or sides))
    shares = {name: f"{number(value)} of the variance of log ‖e‖" for name, value in single.items()}
    apart = f"difference {estimate(ahead[nearest])}"
    held = "on networks held out"
    if better:
        return (
            f"{_words(nearest)} predicts better than compression {held}: {shares[nearest]}, against"
            f" {number(single[FIRST])} ({apart})"
        )
    if alike:
        names = listing(["Compression", *map(_words, alike)])
        values = listing([number(single[name]) for name in alike])
        return (
            f"{names} predict best {held} and cannot be told apart: {shares[FIRST]}, and {values}"
            f" ({apart})"
        )
    return (
        f"Of single explanations compression predicts best {held}: {shares[FIRST]}; second is"
        f" {_words(nearest)} with {number(single[nearest])} ({apart})"
    )


def _words(name: str) -> str:
    return LABELS[name].replace("_1", "₁").replace("_2", "₂")
