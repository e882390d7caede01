"""What is seen of compression during training, in words."""

import pandas as pd

from fcflow.experiments.ablations.naming import VALUES
from fcflow.experiments.vulnerability.totals import total_row, value_of
from fcflow.paper.numbers import number, plain
from fcflow.paper.seen import against


def seen(rows: pd.DataFrame) -> str:
    """Return whether |cos θ1| falls from its largest to the end."""
    peaks, without = [], []
    for name in sorted(set(rows["series"]), key=lambda name: name != "relu") or ["relu"]:
        fall, peak = total_row(rows, "fall", name), total_row(rows, "peak", name)
        words = VALUES["activation"][name]
        if fall is None or peak is None or against(fall["low"], fall["high"], 0.0) != "above":
            without.append(words)
        else:
            change = number(value_of(rows, "change", name), digits=2)
            numbers = (plain(peak["estimate"]), number(fall["estimate"], digits=2), change)
            peaks.append((words, *numbers))
    if not peaks:
        return f"{' and '.join(without)} networks: no fall of |cos θ₁| can be told"
    names, steps, falls, changes = (" and ".join(column) for column in zip(*peaks, strict=True))
    text = (
        f"|cos θ₁| of {names} networks is at its peak after {steps} steps, and then falls by"
        f" {falls}; from first to last it changes by {changes}"
    )
    return f"{text}; in {' and '.join(without)} networks no fall can be told" if without else text
