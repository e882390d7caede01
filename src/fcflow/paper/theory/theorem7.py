"""Theorem 7 in numbers: how much of a direction lies in two gradients' span, against d."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from scipy import stats

from fcflow.paper.render import Layout, interval
from fcflow.paper.theory.drawing import dimension_axis, interval_text, law, log_values, series
from fcflow.paper.theory.rows import (
    by_dimension,
    exact,
    exponent,
    mean,
    parts,
    pick,
    row,
    schema,
    table,
    total,
)
from fcflow.stats import holm_adjusted

SCHEMA = schema("theorem 7")


def rows(draws: pd.DataFrame, *, resamples: int, level: float) -> pd.DataFrame:
    """Return the energies and their ratio at each d, with tests of their laws."""
    how: dict[str, Any] = {"resamples": resamples, "level": level}
    found = []
    for d, part in parts(draws):
        found.append(row("projected_energy", d, mean(part["projected_energy"], **how), 2.0))
        found.append(row("energy", d, mean(part["energy"], **how), d))
        found.append(row("ratio", d, mean(part["ratio"], **how), 2.0 / d))
        laws = {
            "projected_energy": stats.chi2(2),
            "energy": stats.chi2(d),
            "ratio": stats.beta(1, max(d - 2, 1e-9) / 2),
        }
        found += [
            row(
                f"{name}_p", d, exact(float(stats.kstest(part[name], law_of.cdf).pvalue), len(part))
            )
            for name, law_of in laws.items()
        ]
    tests = [each for each in found if each["quantity"].endswith("_p")]
    least = float(holm_adjusted([each["estimate"] for each in tests]).min())
    found.append(row("least_adjusted_p", None, exact(least, len(tests))))
    for name, theory in (("projected_energy", 0.0), ("energy", 1.0), ("ratio", -1.0)):
        found.append(
            row(f"{name}_exponent", None, exponent(by_dimension(draws, name), **how), theory)
        )
    return table(found)


def layout(found: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown: one row a dimension."""
    wide = (
        found.dropna(subset=["at"])
        .pivot(index="at", columns="quantity", values="estimate")
        .reset_index()
    )
    ratio = pick(found, "ratio")
    wide["draws"], wide["expected"] = ratio["n"].to_numpy(), ratio["expected"].to_numpy()
    wide["interval"] = [interval(each) for _, each in ratio.iterrows()]
    labels = {
        "at": "d",
        "draws": "draws",
        "projected_energy": "‖P v‖²",
        "energy": "‖v‖²",
        "ratio": "ratio",
        "interval": f"{level:.0%} interval",
        "expected": "2/d",
    }
    fit, tests = total(found, "ratio_exponent"), total(found, "least_adjusted_p")
    notes = [
        (
            f"Exponent of d, ratio: {fit['estimate']:.3f} ({level:.0%} interval {interval(fit)});"
            " theory −1."
        ),
        (
            "Laws χ²_2, χ²_d and Beta(1, (d−2)/2) by Kolmogorov and Smirnov's test at every d:"
            f" least of {tests['n']} p-values after Holm's adjustment {tests['estimate']:.3f}."
        ),
        (
            "P projects onto the span of two independent Gaussian gradients; in norms the ratio is"
            " √(2/d)."
        ),
    ]
    title = "Theorem 7. What of a random direction two random gradients see"
    return wide, Layout(
        title, labels, {"means": ["projected_energy", "energy"]}, notes, integers=["at", "draws"]
    )


def draw(found: pd.DataFrame) -> Figure:
    """Draw both energies and their ratio against d, with the exact means."""
    figure = Figure(figsize=(5.0, 3.6))
    axes = figure.subplots()
    names = {"energy": "‖v‖²", "projected_energy": "‖P v‖²", "ratio": "‖P v‖² / ‖v‖²"}
    for place, (name, label) in enumerate(names.items()):
        chosen = pick(found, name)
        law(
            axes,
            chosen["at"],
            chosen["expected"],
            "exact means: d, 2 and 2/d" if place == 0 else None,
        )
        series(axes, chosen, place, f"{label}: {interval_text(total(found, f'{name}_exponent'))}")
    dimension_axis(axes)
    log_values(axes, "mean over draws")
    axes.legend(fontsize=7, title="exponent of d", title_fontsize=7)
    return figure
