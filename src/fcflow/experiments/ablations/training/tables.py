"""Compression, its factors and accuracy after some steps of training."""

import numpy as np
import pandas as pd

from fcflow.experiments.ablations.cells import add_geometric, compared
from fcflow.experiments.ablations.columns import FACTORS, NETWORKS
from fcflow.experiments.ablations.naming import VALUES
from fcflow.experiments.ablations.training.columns import TABLE
from fcflow.experiments.theory.rows import Estimates, parts
from fcflow.experiments.vulnerability.layouts import comparisons, wide
from fcflow.paper.layout import Layout
from fcflow.paper.numbers import percent
from fcflow.paper.table import ShownTable, table

STUDY = "training"
MEANS = ("accuracy", "cos_theta", "rho", "deviation")
_GEOMETRIC = ("ratio", *FACTORS)


@table(
    "ablations_training",
    schema=TABLE,
    reads={"networks": NETWORKS.at("results/ablations/networks.parquet")},
    label="Compression during training",
    shows="|cos θ1|, ρ, the four factors and accuracy by step of training",
    caption="When does compression come about? Networks from their initial weights to the end of"
    " training: accuracy on fresh points, |cos θ1| and ρ, and the four factors whose product is"
    " the least perturbation over half the distance. Of factors the sizes are averaged; notes count"
    " the points of which one is negative.",
)
def ablations_training(networks: pd.DataFrame, *, resamples: int, level: float) -> ShownTable:
    """Return averages of each step; ``series`` is the activation, ``at`` the step."""
    own, lost = learned_at_the_end(networks)
    estimates = Estimates(resamples, level)
    for activation, part in own.groupby("activation", sort=False):
        series = str(activation)
        for step, at in parts(part, "step"):
            for name in MEANS:
                estimates.mean(name, step, at[name], None, series)
            for name in _GEOMETRIC:
                add_geometric(estimates, name, at[name], series, step)
        _compare_ends(estimates, part, series)
    rows = TABLE.table(estimates.rows)
    return ShownTable(rows, *_layout(rows, level, lost, signs(own)))


def learned_at_the_end(networks: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the networks of the study, at every step, that learn their task in the end.

    Returns
    -------
    DataFrame
    int
        How many do not.
    """
    own = compared(networks[networks["study"] == STUDY])
    names = ["activation", "run"]
    last = own[own["step"] == own["steps"]].set_index(names)["learned"]
    kept = [bool(last[activation, run]) for activation, run in own[names].to_numpy()]
    return own[np.array(kept, dtype=bool)], int((~last).sum())


def signs(networks: pd.DataFrame) -> str:
    """Return how many points have a negative factor, first and last, of which sizes are shown.

    Examples
    --------
    >>> rows = pd.DataFrame({"step": [0, 9], "probed": 8, "negative": [4, 0]})
    >>> signs(rows)
    'Factors are sizes: of points, 4 of 8 have a negative one at step 0, 0 of 8 at step 9.'
    """
    if networks.empty:
        return ""
    counts = networks.groupby("step")[["negative", "probed"]].sum()
    told = [
        f"{int(counts.loc[step, 'negative'])} of {int(counts.loc[step, 'probed'])}"
        f"{' have a negative one' if step == counts.index.min() else ''} at step {step}"
        for step in dict.fromkeys([counts.index.min(), counts.index.max()])
    ]
    return f"Factors are sizes: of points, {', '.join(told)}."


def _compare_ends(estimates: Estimates, part: pd.DataFrame, series: str) -> None:
    """Add |cos θ1| at its largest minus at first and minus at the end, and from first to last."""
    table = part.pivot(index="run", columns="step", values="cos_theta")
    first, last = table.columns.min(), table.columns.max()
    means = table.mean().drop(last)
    peak = means.index[int(means.argmax())] if first < last else last
    estimates.exact("peak", None, float(peak), len(table), None, series)
    estimates.mean("rise", None, table[peak] - table[first], None, series)
    estimates.mean("fall", None, table[peak] - table[last], None, series)
    estimates.mean("change", None, table[last] - table[first], None, series)


def _layout(rows: pd.DataFrame, level: float, lost: int, sizes: str) -> tuple[pd.DataFrame, Layout]:
    names = VALUES["activation"]
    shown = wide(rows, [*MEANS, *_GEOMETRIC], names)
    labels = {
        "series": "network",
        "at": "step",
        "accuracy": "accuracy",
        "cos_theta": "|cos θ_1|",
        "rho": "ρ on the path",
        "deviation": "||cos θ_1| − φ|",
        "weighted_cosine": "compression",
        "evenness": "evenness",
        "boundary_place": "boundary's place",
        "curvature": "curvature",
        "ratio": "‖e‖/half",
    }
    kept = {"four factors": list(FACTORS)}
    entries = [
        (f"{words}: {what}", quantity, name)
        for name, words in names.items()
        for what, quantity in (
            ("the step at which |cos θ_1| is largest", "peak"),
            ("|cos θ_1| then minus that at first", "rise"),
            ("|cos θ_1| then minus that at the end", "fall"),
            ("|cos θ_1| at the end minus that at first", "change"),
        )
    ]
    notes = [
        f"Means, and geometric means of factors and of ‖e‖/half, with {percent(level)} intervals"
        " over networks that have learned in the end, at the points that they classify correctly.",
        f"{lost} networks had not learned in the end and are left out." if lost else "",
        sizes,
    ]
    below = comparisons(rows, "First, largest and last (differences)", level, entries)
    title = "Compression during training"
    return shown, Layout(title, labels, kept, notes, plain=["at"], groups="series", below=[below])
