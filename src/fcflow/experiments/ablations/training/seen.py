"""What is seen of compression during training, in words."""

import pandas as pd

from fcflow.experiments.ablations.naming import VALUES
from fcflow.experiments.vulnerability.totals import total_row, value_of
from fcflow.paper.numbers import number, plain
from fcflow.paper.seen import against


def seen(rows: pd.DataFrame) -> str:
    """Return whether |cos θ1| falls from its largest to the end."""
    names = list(dict.fromkeys(rows["series"])) or ["relu"]
    name = "relu" if "relu" in names else str(names[0])
    words = VALUES["activation"][name]
    fall, peak = total_row(rows, "fall", name), total_row(rows, "peak", name)
    if fall is None or peak is None or against(fall["low"], fall["high"], 0.0) != "above":
        return f"{words} networks: no fall of |cos θ1| can be told"
    steps = peak["estimate"]
    rises = f"rises to a peak after {plain(steps)} steps, then" if steps > 0 else "never rises, and"
    return (
        f"|cos θ1| of {words} networks {rises}"
        f" falls by {number(fall['estimate'], digits=2)}; from first to last it changes by"
        f" {number(value_of(rows, 'change', name), digits=2)}"
    )
