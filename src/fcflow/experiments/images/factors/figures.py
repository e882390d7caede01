"""Which factor makes some inputs more fragile than others, in one drawing."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from fcflow.declared import called
from fcflow.experiments.images.factors.pairs import FACTORS, PAIR_FACTORS, complete
from fcflow.experiments.images.factors.shares import SHARES
from fcflow.paper.figure import figure
from fcflow.paper.numbers import number, plain
from fcflow.paper.phrases import several
from fcflow.paper.style import AZURE, BLACK, GREEN, GREY, ORANGE, VIOLET, headline

_LOOKS = {
    "weighted_cosine": (VIOLET, "o"),
    "evenness": (GREEN, "^"),
    "boundary_place": (ORANGE, "s"),
    "curvature": (AZURE, "D"),
}
_MOST_MARKED = 400  # pairs: more marks hide each other and make the file large
_SAME = 1e-9  # a factor that is no farther from 1 is 1 by definition
_NEAR = 0.05  # factors that are no farther from 1 would hide each other, and are one line
# Digits of the ticks of an axis that covers fewer decades than this.
_TICKS = ((0.8, tuple(range(1, 10))), (1.5, (1, 2, 5)), (4.0, (1, 3)), (np.inf, (1,)))
_HALF = "‖e‖/half"


@figure(
    "{images}_factors",
    reads={
        "pairs": PAIR_FACTORS.at("results/tables/{images}_factors.parquet"),
        "rows": SHARES.at("results/tables/{images}_shares.parquet"),
    },
    label="Factors of {called}",
    shows="which factor makes some inputs more fragile",
    caption="Left: every pair's four factors, whose product is the black line, the least"
    " perturbation ‖e‖ over half the distance; pairs are in its order, the most fragile first. A"
    " factor that makes some inputs more fragile rises with the line; one that is the same for all"
    " is level. Right: each factor's share of the variance between pairs of log(‖e‖/half), the"
    " logarithm of ‖e‖ over half the distance, with intervals. Averaged over orders: what a factor"
    " adds to the variance explained by those taken before it, averaged over all orders in which"
    " factors may be taken. Covariance with the sum: that of a factor's logarithm with the sum of"
    " all four, over the variance of the sum; it is negative where a factor works against the"
    " others.",
)
def factors(pairs: pd.DataFrame, rows: pd.DataFrame, *, experiment: str) -> Figure:
    """Draw each pair's factors in the order of their product, and the shares of the variance."""
    return draw_factors(pairs, rows, called(experiment), what="pair", fragile="inputs")


def draw_factors(
    pairs: pd.DataFrame,
    rows: pd.DataFrame,
    experiment: str,
    *,
    what: str,
    fragile: str,
    ratio: str = _HALF,
) -> Figure:
    """Draw the factors of pairs, or of what else they are called, and the shares of the variance.

    Factors that are 1, or nearly so, for all pairs are drawn as one line.

    Parameters
    ----------
    pairs : DataFrame
        With the factors, their ``ratio`` and logarithms.
    rows : DataFrame
        As :data:`~fcflow.experiments.images.factors.shares.SHARES`.
    experiment, what, fragile : str
        What they are of, what one is called, and of what some are more fragile than others.
    ratio : str
        What the product is called.
    """
    drawn = Figure(figsize=(9.6, 4.8))
    left, right = drawn.subplots(1, 2, width_ratios=[1.5, 1])
    ordered = complete(pairs).sort_values("ratio", kind="stable")
    places = _drawn_places(len(ordered))
    marked = ordered.iloc[places]
    level = _level(ordered)
    for factor, (color, marker) in _LOOKS.items():
        look = {"color": color, "marker": marker, "linestyle": "none", "markersize": 3.5}
        if factor not in level:
            left.plot(places + 1, marked[factor].abs(), label=FACTORS[factor], alpha=0.8, **look)
    if level:
        left.axhline(1, color=GREY, linewidth=2, zorder=1, label=_of_level(ordered, level))
    left.set_axisbelow(True)
    left.plot(np.arange(1, len(ordered) + 1), ordered["ratio"], color=BLACK, label=ratio)
    every = (
        f", one of {len(ordered) / len(places):.0f} marked" if len(marked) < len(ordered) else ""
    )
    left.set(yscale="log", xlabel=f"{what}s, the most fragile first{every}", ylabel="factor (size)")
    if len(ordered):
        _number_axes(left, len(ordered))
    drawn.legend(loc="outside lower left", ncols=5)
    _bars(right, rows, ratio)
    headline(drawn, _seen(rows, experiment, several(len(ordered), what), what, fragile, ratio))
    return drawn


def _drawn_places(count: int) -> NDArray[np.int64]:
    """Return which of so many pairs get marks: all, or as many as a picture can show."""
    return np.unique(np.linspace(0, count - 1, min(count, _MOST_MARKED)).round().astype(np.int64))


def _farthest(pairs: pd.DataFrame, factors: Sequence[str]) -> float:
    """Return how far the sizes of factors are from 1, at most."""
    return float(np.expm1(pairs[[f"log_{factor}" for factor in factors]].abs().to_numpy().max()))


def _level(pairs: pd.DataFrame) -> list[str]:
    """Return the factors that are about 1 for all pairs."""
    return [name for name in FACTORS if len(pairs) and _farthest(pairs, [name]) <= _NEAR]


def _of_level(pairs: pd.DataFrame, level: Sequence[str]) -> str:
    """Return what a line at 1 stands for, and how near to it these factors are."""
    names = [FACTORS[name] for name in level]
    farthest = _farthest(pairs, level)
    if farthest <= _SAME:
        return " = ".join([*names, "1"])
    return f"{' and '.join(names)}: 1 within {at_most(100 * farthest)} %"


def at_most(value: float) -> str:
    """Return a positive number rounded up to one digit, so that what lies within it still does.

    Examples
    --------
    >>> at_most(2.1), at_most(0.02), at_most(2.5e-6), at_most(97.0)
    ('3', '0.02', '3 × 10⁻⁶', '100')
    """
    power = np.floor(np.log10(value))
    # Without what binary fractions add: 0.02 is no more than 2 of 0.01.
    digit = np.ceil(np.round(value / 10.0**power, 9))
    return number(float(digit * 10.0**power), digits=1)


def _number_axes(axes: Axes, count: int) -> None:
    """Write whole numbers of pairs, and enough sizes to read a logarithmic axis by."""
    whole = MaxNLocator(nbins=7, integer=True, steps=[1, 2, 5, 10]).tick_values(1, count)
    axes.set_xticks([place for place in whole if 1 <= place <= count])
    low, high = axes.get_ylim()
    decades = np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    digits = next(own for most, own in _TICKS if np.log10(high / low) < most)
    sizes = [float(digit * 10.0**decade) for decade in decades for digit in digits]
    ticks = [size for size in sizes if low <= size <= high]
    axes.set_yticks(ticks, [plain(tick) for tick in ticks])
    axes.minorticks_off()


def _bars(axes: Axes, rows: pd.DataFrame, ratio: str) -> None:
    kinds = {"lmg": "averaged over orders", "covariance": "covariance with the sum"}
    width = 0.8 / len(kinds)
    for place, (kind, label) in enumerate(kinds.items()):
        own = rows[rows["quantity"] == kind].set_index("factor").reindex(list(FACTORS))
        value = own["estimate"].to_numpy()
        ends = [own[end].fillna(own["estimate"]).to_numpy() for end in ("low", "high")]
        bars = np.stack([value - ends[0], ends[1] - value]).clip(min=0.0)
        x = np.arange(len(FACTORS)) + (place - (len(kinds) - 1) / 2) * width
        colors = [color for color, _ in _LOOKS.values()]
        alpha = 1.0 if place == 0 else 0.45
        look: dict[str, Any] = {"color": colors, "alpha": alpha, "capsize": 2, "ecolor": BLACK}
        axes.bar(x, np.nan_to_num(value), width, yerr=np.nan_to_num(bars), **look)
        axes.bar([0], [0], color=BLACK, alpha=alpha, label=label)
        for at in x[np.abs(value) <= _SAME]:
            axes.annotate("0", (at, 0), (0, 2), textcoords="offset points", ha="center", fontsize=7)
    axes.axhline(0, color=BLACK, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xticks(range(len(FACTORS)), list(FACTORS.values()), fontsize=7.5)
    axes.set(ylabel=f"share of the variance of log({ratio})")
    axes.legend(fontsize=7)


def _seen(
    rows: pd.DataFrame, experiment: str, counted: str, what: str, fragile: str, ratio: str
) -> str:
    """Return which factor carries most of the variance, no more than the intervals say."""
    own = rows[rows["quantity"] == "lmg"].sort_values("estimate", ascending=False)
    if own["estimate"].isna().any() or own.empty:
        return f"{experiment}: too few {what}s to tell which factor makes some more fragile"
    first, second = own.iloc[0], own.iloc[1]
    name, other = FACTORS[first["factor"]], FACTORS[second["factor"]]
    share, rest = (f"{100 * one['estimate']:.0f} %" for one in (first, second))
    if first["low"] > second["high"]:
        return (
            f"{experiment}: {name} makes some {fragile} more fragile than others, with {share} of"
            f" the variance of log({ratio}) over {counted}"
        )
    return (
        f"{experiment}: of the variance of log({ratio}) {name} has {share}, {other} {rest};"
        f" {counted} are too few to be sure which is larger"
    )
