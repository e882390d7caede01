"""Theorem 4 in numbers: the attack behind generator layers, against d."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.paper.render import Layout, interval
from fcflow.paper.theory.drawing import (
    LOOKS,
    dimension_axis,
    interval_text,
    law,
    log_values,
    series,
)
from fcflow.paper.theory.rows import (
    by_dimension,
    exponent,
    mean,
    parts,
    pick,
    row,
    schema,
    table,
    total,
)
from fcflow.stats import Estimate, proportion_estimate, quantile_estimate

SCHEMA = schema("theorem 4")


def rows(draws: pd.DataFrame, *, resamples: int, level: float) -> pd.DataFrame:
    """Return what was drawn for each number of layers and widening; the law of R's last block is ``expected``."""
    how: dict[str, Any] = {"resamples": resamples, "level": level}
    found = []
    settings = (
        (layers, widening, setting)
        for layers, same in parts(draws, "layers")
        for widening, setting in parts(same, "widening")
    )
    for layers, widening, setting in settings:
        name = f"{layers:g}, ×{widening:g}"
        whole, drawn_law = setting[setting["whole"]], setting[~setting["whole"]]
        means = drawn_law.groupby("d")["norm"].mean()
        tails = drawn_law.groupby("d")["norm"].quantile(0.95)
        for d, part in parts(whole):
            n = len(part)
            flipped = proportion_estimate(int(part["flipped"].sum()), n, level=level)
            near = part["nearest_distance"]
            found.append(row("norm", d, mean(part["norm"], **how), means[d], name))
            found.append(row("tolerated", d, mean(near / 2, **how), np.sqrt(2.0 * d) / 2, name))
            found.append(row("concentration", d, mean(near / np.sqrt(2.0 * d), **how), 1.0, name))
            found.append(row("flipped", d, flipped, 1.0, name))
            found.append(
                row(
                    "flip_error",
                    d,
                    Estimate(part["flip_error"].max(), np.nan, np.nan, n),
                    0.0,
                    name,
                )
            )
        for d, part in parts(drawn_law):
            tail = quantile_estimate(part["norm"], 0.95, level=level)
            found.append(row("law_q0.95", d, tail, tails.max(), name))
        # Fitted to the law: whole networks of many dimensions are too few for an interval that
        # decides.
        found.append(
            row(
                "norm_exponent",
                None,
                exponent(by_dimension(drawn_law, "norm"), **_light(how)),
                0.0,
                name,
            )
        )
        found.append(
            row("whole_exponent", None, exponent(by_dimension(whole, "norm"), **how), 0.0, name)
        )
    return table(found)


def layout(found: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown: one row for each setting, with its exponents."""
    shown = []
    for name in found["series"].unique():
        norms, last = pick(found, "norm", name), pick(found, "norm", name).iloc[-1]
        flips = pick(found, "flipped", name)
        shown.append(
            {
                "series": name,
                "exponent": total(found, "norm_exponent", name)["estimate"],
                "interval": interval(total(found, "norm_exponent", name)),
                "whole": total(found, "whole_exponent", name)["estimate"],
                "whole_interval": interval(total(found, "whole_exponent", name)),
                "first": norms["expected"].iloc[0],
                "last": last["expected"],
                "tail": pick(found, "law_q0.95", name)["estimate"].max(),
                "flips": f"{(flips['estimate'] * flips['n']).sum():.0f} of {flips['n'].sum()}",
            }
        )
    least, most = int(found["at"].min()), int(found["at"].max())
    labels = {
        "series": "generator layers",
        "exponent": "of the law",
        "interval": f"{level:.0%} interval",
        "whole": "of whole networks",
        "whole_interval": f"{level:.0%} interval",
        "first": f"E ‖e‖, d = {least}",
        "last": f"E ‖e‖, d = {most}",
        "tail": "largest 95 % quantile",
        "flips": "flipped",
    }
    spanners = {"exponent of d in ‖e‖": ["exponent", "interval", "whole", "whole_interval"]}
    notes = [
        (
            "The theorem bounds ‖e‖ by a constant. With square layers of variance 1/n the constant"
            " is generous: each layer's last diagonal entries are of order 1/√d, and ‖e‖ falls as d"
            " to the power −(number of layers)/2."
        ),
        (
            "The law of R's last block follows from Lemma 3 at any d; whole networks are drawn"
            " beside it and flipped."
        ),
        "Points are G_(l−1)…G_1 z with Gaussian z; distances keep to √(2d) as in Theorem 1.",
    ]
    title = "Theorem 4. The attack where points come from Gaussian layers"
    return pd.DataFrame(shown), Layout(title, labels, spanners, notes)


def draw(found: pd.DataFrame) -> Figure:
    """Draw ‖e‖ of whole networks and its law against d, and what the optimal classifier tolerates."""
    figure = Figure(figsize=(7.2, 3.8))
    left, right = figure.subplots(1, 2)
    names = list(found["series"].unique())
    for place, name in enumerate(names):
        norms = pick(found, "norm", name)
        law(left, norms["at"], norms["expected"], None, color=LOOKS[place % len(LOOKS)][0])
        series(left, norms, place, f"{name}: {interval_text(total(found, 'norm_exponent', name))}")
        series(right, pick(found, "tolerated", name), place, name)
    d = np.sort(found["at"].dropna().unique())
    law(right, d, np.sqrt(2 * d) / 2, "√(2d)/2", linestyle="--")
    for axes, label in ((left, "‖e‖ of the network"), (right, "half the least distance")):
        dimension_axis(axes)
        log_values(axes, label)
    left.set_title("marks: whole networks; lines: law", fontsize=8)
    left.legend(
        fontsize=6.5, title="layers, widening: exponent", title_fontsize=6.5, loc="lower left"
    )
    right.legend(fontsize=6.5, loc="upper left")
    return figure


def _light(how: dict[str, Any]) -> dict[str, Any]:
    """Return fewer resamples: thousands of draws a group need no more than a thousand."""
    return how | {"resamples": min(how["resamples"], 1000)}
