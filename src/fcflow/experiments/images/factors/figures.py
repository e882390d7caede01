"""Which factor makes some inputs more fragile than others, in one drawing."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fcflow.experiments.images.factors.pairs import FACTORS, PAIR_FACTORS, complete
from fcflow.experiments.images.factors.shares import SHARES
from fcflow.paper.figure import figure
from fcflow.paper.numbers import plain
from fcflow.paper.phrases import several
from fcflow.paper.style import AZURE, BLACK, GREEN, ORANGE, VIOLET, headline

_LOOKS = {
    "weighted_cosine": (VIOLET, "o"),
    "evenness": (GREEN, "^"),
    "boundary_place": (ORANGE, "s"),
    "curvature": (AZURE, "D"),
}
_MOST_MARKED = 400  # pairs: more marks hide each other and make the file large
_TICKS = (1e-3, 3e-3, 1e-2, 0.03, 0.1, 0.3, 1, 3, 10)


@figure(
    "{images}_factors",
    reads={
        "pairs": PAIR_FACTORS.at("results/tables/{images}_factors.parquet"),
        "rows": SHARES.at("results/tables/{images}_shares.parquet"),
    },
    label="Factors of {images}",
    shows="which factor makes some inputs more fragile",
    caption="Left: every pair's four factors, whose product is the black line, the least"
    " perturbation ‖e‖ over half the distance; pairs are in its order, the most fragile first. A"
    " factor that makes some inputs more fragile rises with the line; one that is the same for all"
    " is level. Right: each factor's share of the variance of log(‖e‖/half) between pairs, with"
    " intervals.",
)
def factors(pairs: pd.DataFrame, rows: pd.DataFrame, *, experiment: str) -> Figure:
    """Draw each pair's factors in the order of their product, and the shares of the variance."""
    return draw_factors(pairs, rows, experiment)


def draw_factors(
    pairs: pd.DataFrame, rows: pd.DataFrame, experiment: str, what: str = "pair"
) -> Figure:
    """Draw the factors of pairs, or of what else they are called, and the shares of the variance.

    Parameters
    ----------
    pairs : DataFrame
        With the factors, their ``ratio`` and logarithms.
    rows : DataFrame
        As :data:`~fcflow.experiments.images.factors.shares.SHARES`.
    experiment, what : str
        What they are of, and what one is called.
    """
    drawn = Figure(figsize=(9.6, 4.4))
    left, right = drawn.subplots(1, 2, width_ratios=[1.5, 1])
    ordered = complete(pairs).sort_values("ratio", kind="stable")
    places = _drawn_places(len(ordered))
    marked = ordered.iloc[places]
    for factor, (color, marker) in _LOOKS.items():
        look = {"color": color, "marker": marker, "linestyle": "none", "markersize": 3.5}
        left.plot(places + 1, marked[factor].abs(), label=FACTORS[factor], alpha=0.8, **look)
    left.plot(np.arange(1, len(ordered) + 1), ordered["ratio"], color=BLACK, label="‖e‖/half")
    every = (
        f", one of {len(ordered) / len(places):.0f} marked" if len(marked) < len(ordered) else ""
    )
    left.set(yscale="log", xlabel=f"{what}s, the most fragile first{every}", ylabel="factor (size)")
    if len(ordered):
        low, high = left.get_ylim()
        ticks = [tick for tick in _TICKS if low <= tick <= high]
        left.set_yticks(ticks, [plain(tick) for tick in ticks])
        left.minorticks_off()
    left.legend(fontsize=7, ncols=2)
    _bars(right, rows)
    headline(drawn, _seen(rows, experiment, several(len(ordered), what), what))
    return drawn


def _drawn_places(number: int) -> NDArray[np.int64]:
    """Return which of so many pairs get marks: all, or as many as a picture can show."""
    return np.unique(np.linspace(0, number - 1, min(number, _MOST_MARKED)).round().astype(np.int64))


def _bars(axes: Axes, rows: pd.DataFrame) -> None:
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
    axes.axhline(0, color=BLACK, linewidth=0.6)
    axes.set_xticks(range(len(FACTORS)), list(FACTORS.values()), fontsize=7.5)
    axes.set(ylabel="share of the variance of log(‖e‖/half)")
    axes.legend(fontsize=7)


def _seen(rows: pd.DataFrame, experiment: str, counted: str, what: str) -> str:
    """Return which factor carries most of the variance, no more than the intervals say."""
    own = rows[rows["quantity"] == "lmg"].sort_values("estimate", ascending=False)
    if own["estimate"].isna().any() or own.empty:
        return f"{experiment}: too few {what}s to tell which factor makes some more fragile"
    first, second = own.iloc[0], own.iloc[1]
    name, share = FACTORS[first["factor"]], f"{100 * first['estimate']:.0f} %"
    of = f"the variance of log(‖e‖/half) over {counted}"
    if first["low"] > second["high"]:
        return f"{experiment}: {name} makes some inputs more fragile, {share} of {of}"
    other = FACTORS[second["factor"]]
    return f"{experiment}: {name} has {share} of {of}; {other} hardly less"
